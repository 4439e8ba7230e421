import { faultText } from './fault-text.ts';
import type { Log } from './host-log.ts';

/**
 * Ends the process at what nobody caught, with a line that says where it was and nothing of what was worked on: Node's
 * own text would show the error with all it holds. What was acknowledged is on disk.
 */
export function endAtCrash(log: Log, end: () => void = () => process.exit(1)): void {
  const told = (what: string) => (error: unknown) => {
    log('error', `${what}: ${faultText(error)}`, 'crash');
    end();
  };
  process.on('uncaughtException', told('ended by an error that nobody foresaw'));
  process.on('unhandledRejection', told('ended by a promise that nobody kept'));
}
