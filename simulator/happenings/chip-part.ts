import type { Ina219Chip } from '../meters/ina219-chip.ts';
import {
  type Ina219ErrorSettings,
  typicalIna219,
  worstIna219A,
  worstIna219B,
} from '../meters/ina219-errors.ts';
import { Layers } from './layers.ts';
import { happening, type LabPart } from './part.ts';

export interface ChipPartOptions {
  readonly id: string;
  readonly name: string;
  readonly about: string;
  readonly chip: Pick<Ina219Chip, 'errors' | 'isPresent' | 'isStuck' | 'reset'>;
}

/** What is wrong with a chip: its errors by the data sheet, and an offset and noise besides. */
interface ChipFaults {
  readonly errors: Ina219ErrorSettings;
  readonly offsetUv: number;
  readonly noiseUv: number;
  readonly busNoiseMv: number;
  readonly isPresent: boolean;
  readonly isStuck: boolean;
}

const grades: Readonly<Record<string, Ina219ErrorSettings>> = Object.freeze({
  typical: typicalIna219,
  'worst-a': worstIna219A,
  'worst-b': worstIna219B,
});

/** An INA219. */
export function chipPart({ id, name, about, chip }: ChipPartOptions): LabPart {
  const well = {
    errors: chip.errors,
    offsetUv: 0,
    noiseUv: 0,
    busNoiseMv: 0,
    isPresent: true,
    isStuck: false,
  };
  const layers = new Layers<ChipFaults>(well, whole => {
    chip.errors = errorsOf(whole);
    chip.isPresent = whole.isPresent;
    chip.isStuck = whole.isStuck;
  });
  return {
    id,
    kind: 'chip',
    name,
    about,
    happenings: [
      happening('chip.errors', ({ grade }) => layers.lay({ errors: grades[grade] ?? typicalIna219 })),
      happening('chip.offset', values => layers.lay({ offsetUv: values['offset-uv'] })),
      happening('chip.noise', values =>
        layers.lay({ noiseUv: values['noise-uv'], busNoiseMv: values['bus-noise-mv'] }),
      ),
      happening('chip.gone', () => layers.lay({ isPresent: false })),
      happening('chip.stuck', () => layers.lay({ isStuck: true })),
      happening('chip.reset', () => {
        chip.reset();
        return () => {};
      }),
    ],
  };
}

function errorsOf({ errors, offsetUv, noiseUv, busNoiseMv }: ChipFaults): Ina219ErrorSettings {
  const [gain1, gain2, gain4, gain8] = errors.offsetUv;
  return {
    ...errors,
    offsetUv: [gain1 + offsetUv, gain2 + offsetUv, gain4 + offsetUv, gain8 + offsetUv],
    // What comes by chance from several sources adds up by its squares.
    noiseUv: Math.hypot(errors.noiseUv, noiseUv),
    busNoiseMv: Math.hypot(errors.busNoiseMv, busNoiseMv),
  };
}
