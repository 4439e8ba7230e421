import { existsSync } from 'node:fs';
import sparticuz from '@sparticuz/chromium';
import { type Browser, chromium } from 'playwright-core';

const systemPath = '/usr/bin/chromium';

/** Made for a cloud function: one process that ends with its first page, and a browser that protects nobody. */
const unwanted = new Set([
  '--single-process',
  '--disable-web-security',
  '--allow-running-insecure-content',
  '--disable-site-isolation-trials',
]);

/** A headless Chromium: the one of `CHROMIUM_PATH`, the system's, or the one from the registry; `more` are arguments of its own. */
export async function launchChromium(more: readonly string[] = []): Promise<Browser> {
  const own = process.env.CHROMIUM_PATH ?? (existsSync(systemPath) ? systemPath : undefined);
  if (own !== undefined) {
    const isRoot = process.getuid?.() === 0;
    const args = [...(isRoot ? ['--no-sandbox'] : []), ...more];
    return chromium.launch({ executablePath: own, args, headless: true });
  }
  // Drawing charts needs no 3D; emulating a graphics card takes much of a small machine.
  sparticuz.setGraphicsMode = false;
  const args = [...sparticuz.args.filter(arg => !unwanted.has(arg)), ...more];
  return chromium.launch({ executablePath: await sparticuz.executablePath(), args, headless: true });
}

interface Attempt {
  readonly browser: Browser | undefined;
  /** For the name of a suite: why it is skipped, else nothing. */
  readonly skipped: string;
}

/** A browser, or the reason why this machine has none. */
export async function tryChromium(): Promise<Attempt> {
  try {
    return { browser: await launchChromium(), skipped: '' };
  } catch (error) {
    const [reason] = String(error instanceof Error ? error.message : error).split('\n');
    return { browser: undefined, skipped: ` (skipped, Chromium does not start: ${reason})` };
  }
}
