import Flash, { type Flash as Partition } from 'embedded:storage/flash';
import Updates, { type Update } from 'embedded:update';
import config from 'mc/config';
import FFI from 'mc/ffi';
import { fromHex, toHex } from '../core/bytes.ts';
import { bufferOf } from '../moddable/buffers.ts';
import type { UpdatePort } from '../ports.ts';

/** `esp_ota_img_states_t` of ESP-IDF: started once, and neither confirmed nor given up. */
const pendingVerify = 1;
/** The hash of the program within an image: its head, a segment's head, and 144 bytes of `esp_app_desc_t`. */
const elfHashOffset = 24 + 8 + 144;
const elfHashBytes = 32;

/**
 * The two app slots by ESP-IDF's `esp_ota_…`: the SDK's module writes and activates (and checks the image once more as
 * the boot loader would), what it lacks comes by FFI. Undefined where the flash has one slot alone.
 */
export function otaSlots(): UpdatePort | undefined {
  let next: Partition;
  try {
    next = Flash.open({ path: 'nextota', mode: 'r+' });
  } catch {
    return undefined;
  }
  const ffi = new FFI();
  const { blocks, blockLength } = next.status();
  let update: Update | undefined;
  const close = () => {
    update?.close();
    update = undefined;
  };
  return {
    keys: keysOf(config.updateKey),
    slotBytes: blocks * blockLength,
    runningImage: () => {
      const running = Flash.open({ path: 'running', mode: 'r' });
      const hash = new Uint8Array(elfHashBytes);
      running.read(hash, elfHashOffset);
      running.close();
      return toHex(hash);
    },
    isOnTrial: () => {
      const state = new ArrayBuffer(4);
      const isKnown = ffi.esp_ota_get_state_partition(ffi.esp_ota_get_running_partition(), state) === 0;
      return isKnown && new DataView(state).getUint32(0, true) === pendingVerify;
    },
    begin: () => {
      close();
      // `a`: each block is erased when it is written to, instead of all for seconds at once.
      update = Updates.open({ partition: next, mode: 'a' });
    },
    write: bytes => {
      if (update === undefined) throw new Error('nothing was begun');
      update.write(bufferOf(bytes));
    },
    activate: () => {
      if (update === undefined) throw new Error('nothing was begun');
      update.complete();
      close();
    },
    abandon: close,
    confirm: () => {
      const code = ffi.esp_ota_mark_app_valid_cancel_rollback();
      if (code !== 0) throw new Error(`ESP-IDF gave error ${code}`);
    },
    rollBack: () => {
      // Does not come back where it can be done; otherwise a restart on trial comes to the same.
      ffi.esp_ota_mark_app_invalid_rollback_and_reboot();
      ffi.esp_restart();
    },
  };
}

/** Of the build: public keys in hex, with commas between. */
function keysOf(text: unknown): Uint8Array[] {
  const keys: Uint8Array[] = [];
  for (const hex of typeof text === 'string' ? text.split(',') : []) {
    const key = fromHex(hex.trim());
    if (key?.length === 32) keys.push(key);
  }
  return keys;
}
