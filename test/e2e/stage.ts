import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestProject } from 'vitest/node';
import { type RunningDemo, startDemo } from './demo.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the demo that all suites look at is asked for. */
    readonly stageUrl: string;
  }
}

/** What charts and ledgers need of the past. */
const hours = Number(process.env.JOULEGATE_DEMO_HOURS ?? 2);

/**
 * One demo for all suites that only look at it: started when the first of them asks, which is minutes after the run
 * begins, and stopped at its end.
 */
export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  let demo: Promise<RunningDemo> | undefined;
  const server = createServer((_request, response) => {
    demo ??= startDemo(hours);
    demo.then(
      ({ url, user, password }) => response.end(JSON.stringify({ url, user, password })),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  provide('stageUrl', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return async () => {
    server.close();
    await (await demo)?.close();
  };
}
