import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import type { AskPassphrase } from '../store/restore-secrets.ts';

export interface Terminal {
  readonly stdin: NodeJS.ReadStream;
  readonly stderr: NodeJS.WriteStream;
}

const words =
  'The backup has the secrets of the host it was made of, sealed with a passphrase.\nIts passphrase, or nothing to restore without them: ';

/**
 * The passphrase of a backup: from the settings (environment, a file), else asked for where somebody sits at a terminal,
 * which does not show what is typed.
 * @throws Error where nobody can be asked: going on without would be no accident's to decide
 */
export const passphraseFrom =
  (given: string | undefined, { stdin, stderr }: Terminal): AskPassphrase =>
  async () => {
    if (given !== undefined) return given;
    if (!stdin.isTTY)
      throw new Error(
        'The backup has the secrets of the host it was made of, sealed with a passphrase: give it as a file with JOULEGATE_BACKUP_PASSPHRASE_FILE (/dev/stdin is one), or restore at a terminal, where nothing restores without them.',
      );
    stderr.write(words);
    const silent = new Writable({ write: (_bytes, _encoding, done) => done() });
    const lines = createInterface({ input: stdin, output: silent, terminal: true });
    try {
      const typed = await new Promise<string>(resolve => {
        lines.once('line', resolve);
        lines.once('close', () => resolve(''));
      });
      return typed === '' ? undefined : typed;
    } finally {
      lines.close();
      stderr.write('\n');
    }
  };
