import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Mistake } from '#core/rules.ts';
import { messageOf } from '../message-of.ts';
import { environmentOf } from './setting.ts';
import type { Given } from './sources.ts';

/** `metricsToken` may lie in the file that `JOULEGATE_METRICS_TOKEN_FILE` names, as containers have it. */
export const fileEnvironmentOf = (name: string): string => `${environmentOf(name)}_FILE`;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * A secret setting from a file of its own: one that the environment names, or the credential of that name which
 * systemd lays in `CREDENTIALS_DIRECTORY` (`LoadCredential=metricsToken:/etc/joulegate/metrics-token`). The end of its
 * line is not part of it.
 */
export function secretFromFile(name: string, env: Environment, mistakes: Mistake[]): Given | undefined {
  const variable = fileEnvironmentOf(name);
  const named = env[variable];
  if (named !== undefined && env[environmentOf(name)] !== undefined) {
    const message = `stands beside ${environmentOf(name)}; one of both is allowed`;
    mistakes.push({ field: variable, message });
    return undefined;
  }
  if (named !== undefined) return read(variable, named, mistakes);
  const credential = join(env.CREDENTIALS_DIRECTORY ?? '', name);
  const isThere = env.CREDENTIALS_DIRECTORY !== undefined && existsSync(credential);
  return isThere ? read(`credential ${name}`, credential, mistakes) : undefined;
}

function read(field: string, path: string, mistakes: Mistake[]): Given | undefined {
  try {
    return { field, value: readFileSync(path, 'utf8').replace(/\r?\n$/, '') };
  } catch (error) {
    mistakes.push({ field, message: `cannot be read; a file is allowed (${messageOf(error)})` });
    return undefined;
  }
}
