import { describe, expect, it } from 'vitest';
import { finishFactoryReset } from '#app/factory-reset.ts';
import { encodeUtf8 } from '#core/utf8.ts';
import type { FlashPort } from '#ports';
import { memoryStore } from '../../../simulator/gateway/stores.ts';
import { LifeRig } from './life-rig.ts';

const secrets = ['mqtt-password-1234', 'wifi-password-5678', 'the-certificate-of-the-host'];

/** Flash as plain memory, with all that a chip would let one read. */
function memoryFlash(): FlashPort & { bytes: Uint8Array } {
  const blockBytes = 4096;
  const bytes = new Uint8Array(16 * blockBytes).fill(0xff);
  return {
    bytes,
    blockBytes,
    blocks: 16,
    read: (offset, into) => into.set(bytes.subarray(offset, offset + into.length)),
    write: (offset, written) => {
      for (const [index, byte] of written.entries())
        bytes[offset + index] = (bytes[offset + index] ?? 0) & byte;
    },
    erase: block => void bytes.fill(0xff, block * blockBytes, (block + 1) * blockBytes),
  };
}

/** A store whose values stay readable on the chip until all of it is erased, as NVS leaves them. */
function chipStore() {
  const store = memoryStore();
  const chip: string[] = [];
  const { write, erase } = store;
  return Object.assign(store, {
    chip,
    write: (key: string, value: Uint8Array) => {
      chip.push(Buffer.from(value).toString('latin1'));
      write(key, value);
    },
    erase: () => {
      chip.length = 0;
      erase();
    },
  });
}

function usedRig() {
  const store = chipStore();
  const flash = memoryFlash();
  const rig = new LifeRig({ store, ports: { flash } });
  const [password, wifiPassword, caDer] = secrets;
  rig.keepIdentity({
    gateway: 'gw',
    broker: 'b.example',
    port: 1883,
    password,
    wifiName: 'net',
    wifiPassword,
    caDer,
  });
  const results = rig.hear('result');
  rig.start();
  rig.time.advance(30_000);
  // Networks that were tried leave theirs in slots of their own.
  rig.command({ id: 'n', name: 'network', network: { wifiName: 'other', wifiPassword: 'another-secret' } });
  rig.time.advance(60_000);
  const found = () => {
    const all = [
      store.chip.join('\n'),
      Buffer.from(flash.bytes).toString('latin1'),
      JSON.stringify(store.save()),
    ];
    return [...secrets, 'another-secret', 'kitchen', 'gw'].filter(secret =>
      all.some(text => text.includes(secret)),
    );
  };
  return { rig, store, flash, found, results };
}

describe('a factory reset', () => {
  it.each(['command', 'button'] as const)('by %s leaves no secret in the store or in flash', how => {
    const { rig, store, found, results } = usedRig();
    expect(found()).toEqual(expect.arrayContaining([...secrets, 'another-secret']));
    let resets = 0;
    const { restart } = rig.board;
    let left: string[] = [];
    Object.assign(rig.board, {
      restart: () => {
        resets++;
        left = found();
        expect(Object.keys(store.save())).toEqual([]);
        restart.call(rig.board);
      },
    });
    if (how === 'command') rig.command({ id: 'f', name: 'factoryReset' });
    else {
      rig.board.press(true);
      rig.time.advance(10_000);
    }
    rig.time.advance(300);
    expect(resets).toBe(1);
    expect(left).toEqual([]);
    if (how === 'command') expect(results.at(-1)).toEqual({ v: 1, id: 'f', ok: true });
    expect(rig.log.join()).not.toMatch(/secret|password/);
  });

  it('feeds the watchdog with each block, also where erasing takes longer than it waits', () => {
    const { rig, flash } = usedRig();
    const fedAfter: number[] = [];
    let erased = 0;
    const { erase } = flash;
    Object.assign(flash, {
      erase: (block: number) => {
        erased++;
        erase(block);
      },
    });
    const { feedWatchdog } = rig.board;
    Object.assign(rig.board, {
      feedWatchdog: () => {
        if (erased > 0) fedAfter.push(erased);
        feedWatchdog.call(rig.board);
      },
      restart: () => rig.end(),
    });
    rig.command({ id: 'f', name: 'factoryReset' });
    rig.time.advance(300);
    expect(fedAfter).toEqual(Array.from({ length: flash.blocks }, (_, index) => index + 1));
  });

  it('that the power cut off is finished at the next start', () => {
    for (let cutAt = 1; cutAt <= 17; cutAt++) {
      const store = chipStore();
      const flash = memoryFlash();
      store.write('identity', encodeUtf8(secrets[0] ?? ''));
      flash.bytes.fill(7);
      let steps = 0;
      const cut = () => {
        if (++steps === cutAt) throw new Error('the power went');
      };
      const cutting = {
        ...store,
        erase: () => {
          cut();
          store.erase();
        },
      };
      const cuttingFlash: FlashPort = {
        ...flash,
        erase: block => {
          cut();
          flash.erase(block);
        },
      };
      store.write('reset', Uint8Array.of(1));
      expect(() => finishFactoryReset({ store: cutting, flash: cuttingFlash, log: () => {} })).toThrow(
        'power',
      );
      expect(finishFactoryReset({ store, flash, log: () => {} })).toBe(true);
      expect(store.chip).toEqual([]);
      expect(flash.bytes.every(byte => byte === 0xff)).toBe(true);
      expect(finishFactoryReset({ store, flash, log: () => {} })).toBe(false);
    }
  });
});
