import { Check } from 'typebox/value';
import { planProblems } from '../plant/plan-problems.ts';
import { durationS } from './duration.ts';
import { happeningMistakes, happeningValues } from './happening-mistakes.ts';
import { crowdedLines, meterMistakes } from './meter-mistakes.ts';
import { usualBaud } from './meter-rules.ts';
import {
  fieldOf,
  type Path,
  pointerOf,
  type ScenarioMistake,
  shown,
  type Place as TextPlace,
} from './places.ts';
import type { Place, PlantPlan, Scenario, ScenarioLine, Supply } from './scenario.ts';
import { ScenarioFile, type ScenarioForm } from './schema.ts';
import { type PathMistake, schemaMistakes } from './schema-mistakes.ts';
import { sketchOf } from './sketch.ts';
import { readYaml, type YamlText } from './yaml-text.ts';

/**
 * The scenario in a text of YAML or JSON, or all that is wrong with it, in the order of the text, each with line,
 * column and field. Never throws, whatever the text is. `id` is what the scenario is to be called.
 */
export function checkScenario(
  text: string,
  id: string,
): { readonly scenario: Scenario } | { readonly mistakes: readonly ScenarioMistake[] } {
  const read = readYaml(text);
  if (read.mistakes.length > 0) return { mistakes: inOrder(read.mistakes) };
  const { value } = read;
  const found = schemaMistakes(ScenarioFile, value);
  if (isPlan(value) && !found.some(({ path }) => isOfPlan(path))) found.push(...planProblems(planOf(value)));
  const sketch = sketchOf(value);
  found.push(...zoneMistakes(value), ...meterMistakes(sketch), ...crowdedLines(sketch));
  found.push(...happeningMistakes(value));
  if (found.length === 0 && Check(ScenarioFile, value)) return { scenario: scenarioOf(value, id) };
  if (found.length === 0)
    found.push({ path: [], message: 'is no scenario; docs/extending.md has one to begin with' });
  return { mistakes: inOrder(withoutEchoes(found).map(mistake => placed(mistake, read))) };
}

/** What is looked at of a circuit. */
const planFields: readonly unknown[] = ['id', 'under', 'phases', 'load'];

/** Whether with a mistake there it cannot be told what is wrong with the plan besides. */
const isOfPlan = (path: Path): boolean =>
  path[0] === 'circuits'
    ? path.length < 3 || planFields.includes(path[2])
    : path[0] === 'supply' && (path.length < 2 || path[1] === 'kind');

const inOrder = (mistakes: readonly ScenarioMistake[]): ScenarioMistake[] =>
  [...mistakes].sort((a, b) => a.line - b.line || a.column - b.column);

/** The first mistake of a field is the one to mend; what is inside a wrong field follows from it. */
function withoutEchoes(mistakes: readonly PathMistake[]): PathMistake[] {
  const told = new Set<string>();
  return mistakes.filter(({ path }) => {
    const pointer = pointerOf(path);
    const isNew = !told.has(pointer);
    told.add(pointer);
    return isNew;
  });
}

/** A mistake in a field that is not there stands where what it is missing in begins. */
function placed(
  { path, message, isName }: PathMistake,
  { places, lineAndColumn }: YamlText,
): ScenarioMistake {
  let place: TextPlace | undefined;
  let isOwn = true;
  for (let known = path.length; place === undefined && known >= 0; known--) {
    place = places.get(pointerOf(path.slice(0, known)));
    isOwn = known === path.length;
  }
  const at = place === undefined ? 0 : isOwn && isName ? place.keyAt : place.at;
  return { ...lineAndColumn(at), field: fieldOf(path), message };
}

function zoneMistakes(value: unknown): PathMistake[] {
  const zone = isFields(value) && isFields(value.place) ? value.place.zone : undefined;
  if (typeof zone !== 'string') return [];
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return [];
  } catch {
    const path: Path = ['place', 'zone'];
    return [
      { path, message: `${shown(zone)} is no time zone; a name such as Europe/Berlin or UTC is allowed` },
    ];
  }
}

const isFields = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

type PlanForm = Pick<ScenarioForm, 'supply' | 'circuits'>;

/** Holds once the schema has no mistake in these two parts. */
const isPlan = (value: unknown): value is PlanForm =>
  isFields(value) && isFields(value.supply) && Array.isArray(value.circuits);

/** Middle Europe; what a scenario does not say of its place. */
const usualPlace: Place = Object.freeze({
  zone: 'Europe/Berlin',
  latitudeDeg: 51.3,
  longitudeDeg: 12.4,
  coldestC: 0,
  warmestC: 19,
  cloudiness: 0.6,
});

const usualSupply: Readonly<Record<Supply['kind'], Omit<Supply, 'kind'>>> = Object.freeze({
  'single-phase': { nominalV: 230, frequencyHz: 50, feedOhm: 0.25 },
  'three-phase': { nominalV: 230, frequencyHz: 50, feedOhm: 0.15 },
  dc: { nominalV: 24, frequencyHz: 0, feedOhm: 0.01 },
});

const planOf = ({ supply, circuits }: PlanForm): PlantPlan => ({
  supply: { ...usualSupply[supply.kind], ...supply },
  circuits: circuits.map(circuit => ({ ...circuit, name: circuit.name ?? circuit.id })),
});

function scenarioOf(form: ScenarioForm, id: string): Scenario {
  return {
    id,
    name: form.name,
    about: form.about?.trim() ?? '',
    place: { ...usualPlace, ...form.place },
    plant: planOf(form),
    lines: form.lines.map((line): ScenarioLine => {
      const hanging = form.meters.filter(meter => meter.line === line.id).map(({ profile }) => profile);
      return line.kind === 'i2c' ? line : { baud: usualBaud(hanging), parity: 'none', stopBits: 1, ...line };
    }),
    meters: form.meters.map(meter => ({ ...meter, name: meter.name ?? meter.id })),
    happenings: (form.happenings ?? []).map(({ what, at, for: lasts, every, with: values = {} }) => ({
      what,
      atS: durationS(at) ?? 0,
      ...(lasts === undefined ? {} : { forS: durationS(lasts) ?? 0 }),
      ...(every === undefined ? {} : { everyS: durationS(every) ?? 0 }),
      values: happeningValues(values),
    })),
  };
}
