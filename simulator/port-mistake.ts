import { UsageError } from './arguments.ts';

/** What a person is told of a TCP port that an option wanted and that could not be had; other errors as they are. */
export function portMistake(option: string, port: number, error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE')
    return new UsageError(`${option} ${port}: another program has this port; choose another, or 0 for any`);
  if (code === 'EACCES')
    return new UsageError(`${option} ${port} is not allowed to this user; a port from 1024 on is`);
  return error;
}
