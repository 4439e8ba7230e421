import { encodeRead, type ReadRequest } from '#core/modbus/frame.ts';
import { planReads, type ReadBlock } from '#core/modbus/plan.ts';
import type { ModbusRegister } from '#profiles/profile.ts';
import { profiles } from '#profiles/registry.ts';
import { answerOf } from '../../meters/modbus-slave.ts';
import { usualMeter } from '../../more-meters.ts';
import { createPlant } from '../../plant/plant.ts';
import { loadScenario } from '../../scenario/load.ts';
import { pointReader, scenarioSlave } from '../../scenario/meter-reading.ts';

/** A question that a gateway asks a meter, and the meter's whole answer. */
export interface AnswerFixture {
  readonly profile: string;
  readonly request: ReadRequest;
  readonly question: Uint8Array;
  readonly block: ReadBlock<ModbusRegister>;
  readonly answer: Uint8Array;
}

const address = 1;
/** A forenoon in March: the sun feeds in, the house takes. */
const atMs = Date.UTC(2026, 2, 10, 9, 41, 7);

/** The answers to every read of every Modbus profile there is, of meters in the family house with this seed. */
export function answerFixtures(seed: number): AnswerFixture[] {
  const scenario = loadScenario('family-house');
  const plant = createPlant(scenario.plant, scenario.place, { seed, startMs: atMs });
  return profiles.flatMap(profile => {
    if (profile.kind !== 'modbus') return [];
    const meter = usualMeter(profile, scenario, 'rs485-1', address);
    const slave = scenarioSlave(
      meter,
      pointReader(plant, meter, () => atMs),
    );
    return planReads(slave.profile.registers, slave.profile.limits).flatMap(block => {
      const { fc, start, count } = block;
      const request = { address, fc, start, count };
      const question = encodeRead(request);
      const answer = answerOf(slave, question);
      // A refusal has no values that could be wrong.
      return answer === undefined || answer[1] !== fc
        ? []
        : [{ profile: profile.id, request, question, block, answer }];
    });
  });
}
