import { StringDecoder } from 'node:string_decoder';
import { UsageError, type World } from './command.ts';

const mostCharacters = 1024;

/**
 * A secret from the terminal, not shown while it is typed; or, where the input is no terminal, its first line.
 * @throws UsageError where nothing is given, or Ctrl-C ends it
 */
export async function askSecret(world: World, question: string): Promise<string> {
  const { stdin } = world;
  const secret = stdin.isTTY ? await typed(world, question) : await firstLine(world, question);
  if (secret === '') throw new UsageError(`${question}: nothing was given`);
  return secret;
}

/** A new secret: at a terminal it is asked for twice. @throws UsageError where both are not alike */
export async function askNewSecret(world: World, question: string): Promise<string> {
  const secret = await askSecret(world, question);
  if (world.stdin.isTTY && (await askSecret(world, `${question}, again`)) !== secret)
    throw new UsageError('the two are not alike; nothing was changed');
  return secret;
}

async function firstLine({ stdin }: World, question: string): Promise<string> {
  const decoder = new StringDecoder('utf8');
  let text = '';
  for await (const piece of stdin) {
    text += decoder.write(piece);
    if (text.includes('\n') || text.length > mostCharacters) break;
  }
  const [line = ''] = text.split(/\r?\n/);
  if (line.length > mostCharacters)
    throw new UsageError(`${question}: at most ${mostCharacters} characters are allowed`);
  return line;
}

function typed({ stdin, complain }: World, question: string): Promise<string> {
  complain(`${question} (not shown while you type):`);
  return new Promise((resolve, reject) => {
    const decoder = new StringDecoder('utf8');
    let text = '';
    const end = (settle: () => void) => {
      stdin.off('data', hear);
      stdin.setRawMode?.(false);
      stdin.pause();
      settle();
    };
    const hear = (piece: Buffer) => {
      for (const sign of decoder.write(piece)) {
        if (sign === '\r' || sign === '\n' || sign === '\u0004') return end(() => resolve(text));
        if (sign === '\u0003') return end(() => reject(new UsageError('ended; nothing was changed')));
        // Ctrl-U and the two keys that take a sign back.
        if (sign === '\u0015') text = '';
        else if (sign === '\u007f' || sign === '\b') text = [...text].slice(0, -1).join('');
        else if (sign >= ' ' && text.length < mostCharacters) text += sign;
      }
    };
    stdin.setRawMode?.(true);
    stdin.on('data', hear);
    stdin.resume();
  });
}
