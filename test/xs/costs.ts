import synthetic from '../vectors/sml/synthetic.json' with { type: 'json' };
import { Session } from './session.ts';

/** What the firmware costs on XS, in numbers that are the same on every machine. */
export interface Costs {
  /** Slots (16 bytes on a device) of the whole firmware once loaded, in RAM here; a device has most of it in flash. */
  readonly slots: number;
  /** Byte codes of one poll of an SDM630's 34 common quantities, with its share of window and record. */
  readonly byteCodesPerPoll: number;
  /** Byte codes of one byte of an SML telegram, from the serial port to its values. */
  readonly byteCodesPerTelegramByte: number;
}

async function firmwareSlots(): Promise<number> {
  const firmware = await Session.open('test/xs/firmware.ts');
  firmware.close();
  return firmware.slots;
}

const polls = 100;
const telegrams = 100;

/**
 * Each cost is the difference of a long and a short run, so that commands, JSON and setting up fall out; both are
 * done once before, as the first run of a function costs more.
 */
export async function costsOf(xs: Session): Promise<Costs> {
  const plain = synthetic.find(({ name }) => name === 'plain');
  if (plain === undefined) throw new Error('test/vectors/sml/synthetic.json has no vector "plain"');
  const pollCost = async (count: number) => (await xs.run('polls', { count })).cost.compute;
  const smlCost = async (count: number) =>
    (await xs.run('telegrams', { hex: plain.hex, count })).cost.compute;
  await pollCost(polls);
  await smlCost(telegrams);
  const poll = ((await pollCost(2 * polls)) - (await pollCost(polls))) / polls;
  const telegram = ((await smlCost(2 * telegrams)) - (await smlCost(telegrams))) / telegrams;
  return {
    slots: await firmwareSlots(),
    byteCodesPerPoll: Math.round(poll),
    byteCodesPerTelegramByte: Number((telegram / (plain.hex.length / 2)).toFixed(1)),
  };
}
