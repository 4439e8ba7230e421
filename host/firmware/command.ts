import { parseArgs } from 'node:util';
import { messageOf } from '../message-of.ts';
import { Images } from './images.ts';
import { makeKey, publicKeyOf, signManifest, usualKeyFile } from './keys.ts';

const usage = [
  'joulegate firmware keys [--key FILE]         makes the key that signs firmware',
  'joulegate firmware sign FOLDER [--key FILE]  signs the image in a folder, by its manifest.json',
  'joulegate firmware list FOLDER               tells the images in a folder, and what is wrong with them',
].join('\n');

type Say = (line: string) => void;

/** `joulegate firmware keys | sign | list`. Gives the exit code: 0 done, 1 failed, 2 a mistake in the arguments. */
export async function imageCommand(args: readonly string[], say: Say, complain: Say): Promise<number> {
  let given: { readonly words: readonly string[]; readonly keyFile: string };
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { key: { type: 'string' } },
      allowPositionals: true,
    });
    given = {
      words: positionals,
      keyFile: values.key ?? process.env.JOULEGATE_FIRMWARE_KEY ?? usualKeyFile(),
    };
  } catch (error) {
    // Node's own advice after the first sentence is of no help here.
    complain(`${messageOf(error).split('. ')[0]}; allowed is\n${usage}`);
    return 2;
  }
  const { words, keyFile } = given;
  const [name, folder, ...more] = words;
  if (more.length > 0 || (name === 'keys') !== (folder === undefined)) {
    complain(`${words.join(' ')}: allowed is\n${usage}`);
    return 2;
  }
  try {
    if (folder === undefined) await keys(keyFile, say);
    else if (name === 'sign') {
      const { version, chip, publicKey } = await signManifest(folder, keyFile);
      say(
        `${folder}: ${version} for ${chip} is signed; gateways believe it that were built with updateKey=${publicKey}`,
      );
    } else return await list(folder, say, complain);
    return 0;
  } catch (error) {
    complain(messageOf(error));
    return 1;
  }
}

/** One that is there is told, and never made anew. */
async function keys(keyFile: string, say: Say): Promise<void> {
  const made = await makeKey(keyFile).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') return undefined;
    throw error;
  });
  say(`private key  ${keyFile}${made === undefined ? ' (was there already)' : ''}`);
  say(`public key   ${made ?? (await publicKeyOf(keyFile))}`);
  say(
    'Keep a copy of the private key where nobody else finds it: who has it makes firmware for your gateways, and',
  );
  say('who has lost it flashes them by cable. Give the public one to the build: updateKey=…');
}

async function list(folder: string, say: Say, complain: Say): Promise<number> {
  const { images, faults } = await new Images(folder).list();
  for (const { id, manifest, isOrderable } of images) {
    const { version, chip, imageBytes } = manifest;
    say(
      `${id}  ${version.padEnd(12)} ${chip.padEnd(8)} ${imageBytes} bytes${isOrderable ? '' : ', not signed'}`,
    );
  }
  for (const { file, message } of faults) complain(`${file}: ${message}`);
  if (images.length === 0 && faults.length === 0) say(`${folder} holds no image`);
  return faults.length === 0 ? 0 : 1;
}
