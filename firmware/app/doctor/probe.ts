import { toHex } from '../../core/bytes.ts';
import { decodeRegisters } from '../../core/modbus/decode.ts';
import { planReads, type ReadBlock } from '../../core/modbus/plan.ts';
import { wordCount } from '../../core/modbus/register.ts';
import type { Message } from '../../core/wire/messages.ts';
import type { ModbusProfile, ModbusRegister } from '../../profiles/profile.ts';
import { sunspecProfile } from '../../profiles/sunspec.ts';
import { KnownAnswers } from './known-answers.ts';
import { sunspecMap } from './sunspec-device.ts';
import type { PortSettings, Talk } from './talk.ts';

type Probed = Message<'probe'>['registers'][number];

/** As long as a slave may take that nobody knows yet. */
export const probeTimeoutMs = 300;

/**
 * Reads all that a profile has at an address, doubtful registers too, and tells of each register its value, what the
 * meter sent and what was wrong. Where a block is refused its registers are read one at a time, so the one that the
 * meter does not have is known. Gives the registers, or why the port could not be opened.
 */
export function* probeTalk(
  profile: ModbusProfile,
  address: number,
  port: PortSettings,
): Talk<{ registers: readonly Probed[]; fault?: string }> {
  const opened = yield port;
  if (!opened.ok) return { registers: [], fault: opened.detail };
  const registers: Probed[] = [];
  let found = profile;
  if (profile.sunspec !== undefined) {
    const map = yield* sunspecMap(new KnownAnswers(address));
    const own = map && sunspecProfile(profile, map);
    if (own === undefined)
      return { registers, fault: `slave ${address} has no SunSpec map that fits ${profile.id}` };
    found = own;
  }
  for (const block of planReads(found.registers, found.limits)) {
    const outcome = yield { address, fc: block.fc, start: block.start, count: block.count };
    if (outcome.ok) registers.push(...probedOf(block, outcome.value));
    else if (outcome.error !== 'exception' || block.registers.length === 1) {
      registers.push(...block.registers.map(register => refused(register, outcome.detail)));
    } else {
      for (const register of block.registers) {
        for (const single of planReads([register], found.limits)) {
          const { fc, start, count } = single;
          const alone = yield { address, fc, start, count };
          registers.push(...(alone.ok ? probedOf(single, alone.value) : [refused(register, alone.detail)]));
        }
      }
    }
  }
  return { registers };
}
Object.freeze(probeTalk.prototype);

const mostErrorCharacters = 250;

const refused = ({ quantity, address }: ModbusRegister, why: string): Probed => ({
  quantity,
  address,
  error: why.slice(0, mostErrorCharacters),
});

function probedOf({ registers, start }: ReadBlock<ModbusRegister>, data: Uint8Array): Probed[] {
  return registers.map(register => {
    const { quantity, address, type, fc } = register;
    const from = (address - start) * 2;
    const hex = fc <= 2 ? toHex(data) : toHex(data.subarray(from, from + wordCount(type) * 2));
    const [decoded] = decodeRegisters([register], start, data);
    return decoded
      ? { quantity, address, hex, value: decoded.value }
      : { quantity, address, hex, error: 'the meter marks it as not available, or it is no number' };
  });
}
