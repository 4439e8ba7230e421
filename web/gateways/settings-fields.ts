import type {
  AlarmSettings,
  GatewaySettings,
  LineSettings,
  MeterSettings,
  Profile,
} from '../../host/api/contract.ts';
import { quantityName, words } from '../i18n/language.ts';
import { ownProfiles } from './own-profiles.ts';
import { profileName } from './profile-names.ts';
import { windowLengthsS } from './rollout-plan.ts';
import type { Draft } from './settings-draft.ts';
import type { Choice, SettingsField } from './settings-field.ts';

/** What the form knows beside the draft. */
export interface SettingsKnowledge {
  readonly draft: Draft;
  /** Those that the host knows. */
  readonly profiles: readonly Profile[];
  /** Settings of the gateway, with profiles of its own. */
  readonly settings: GatewaySettings | null;
  /** Of the gateway's board. */
  readonly outputs: readonly string[];
}

const bauds = [1200, 2400, 4800, 9600, 19_200, 38_400, 57_600, 115_200];

const numbers = (of: readonly number[]): readonly Choice[] =>
  [...new Set(of)].sort((a, b) => a - b).map(value => [String(value), String(value)]);

/** The choices, and what is chosen where it is none of them. */
const withOwn = (choices: readonly Choice[], chosen: string): readonly Choice[] =>
  choices.some(([value]) => value === chosen)
    ? choices
    : [[chosen, chosen === '' ? '–' : chosen], ...choices];

export function lineFields(line: LineSettings): SettingsField[] {
  const { setup, pages } = words().gatewayPages;
  const fields: SettingsField[] = [
    { name: 'id', label: setup.id, value: line.id, of: 'text', placeholder: setup.idHelp },
    { name: 'kind', label: setup.kind, value: line.kind, of: Object.entries(pages.kindNames) },
    { name: 'port', label: setup.port, value: line.port, of: 'text', placeholder: 'uart1' },
  ];
  if (line.kind === 'i2c') return fields;
  const { baud = 9600, parity = 'none', stopBits = 1 } = line;
  return [
    ...fields,
    { name: 'baud', label: setup.baud, value: baud, of: numbers([...bauds, baud]) },
    { name: 'parity', label: setup.parity, value: parity, of: Object.entries(pages.parities) },
    { name: 'stopBits', label: setup.stopBits, value: stopBits, of: numbers([1, 2]) },
  ];
}

export function meterFields(meter: MeterSettings, knowledge: SettingsKnowledge): SettingsField[] {
  const { setup } = words().gatewayPages;
  const { lines } = knowledge.draft;
  const { windowS = 10 } = meter;
  const hasAddress = lines.find(({ id }) => id === meter.line)?.kind !== 'ir';
  return [
    { name: 'id', label: setup.id, value: meter.id, of: 'text', placeholder: setup.idHelp },
    { name: 'name', label: setup.name, value: meter.name, of: 'text' },
    { name: 'profile', label: setup.profile, value: meter.profile, of: profileChoices(meter, knowledge) },
    {
      ...{ name: 'line', label: setup.line, value: meter.line },
      of: withOwn(
        lines.map(({ id }) => [id, id] as const),
        meter.line,
      ),
    },
    ...(hasAddress
      ? [{ name: 'address', label: setup.address, value: meter.address, of: 'number' } as const]
      : []),
    { name: 'windowS', label: setup.windowS, value: windowS, of: numbers([...windowLengthsS, windowS]) },
    { name: 'sampleMs', label: setup.sampleMs, value: meter.sampleMs, of: 'number', placeholder: '1000' },
  ];
}

export function alarmFields(alarm: AlarmSettings, knowledge: SettingsKnowledge): SettingsField[] {
  const { life, gatewayPages } = words();
  const { meters } = knowledge.draft;
  const meter = meters.find(({ id }) => id === alarm.meter);
  const quantities = meter === undefined ? [] : quantitiesOf(meter, knowledge);
  const names = quantities.map(one => [one, quantityName(one)] as const);
  const meterNames = meters.map(({ id, name }) => [id, name] as const);
  const outputs = [['', life.noOutput] as const, ...knowledge.outputs.map(one => [one, one] as const)];
  const { id, quantity, operator, threshold, hysteresis, delayS, output = '', publish = true } = alarm;
  const yesNo: readonly Choice[] = [
    ['true', life.yes],
    ['false', life.no],
  ];
  return [
    { name: 'id', label: gatewayPages.setup.id, value: id, of: 'text' },
    {
      name: 'meter',
      label: gatewayPages.doctor.meter,
      value: alarm.meter,
      of: withOwn(meterNames, alarm.meter),
    },
    { name: 'quantity', label: life.quantity, value: quantity, of: withOwn(names, quantity) },
    { name: 'operator', label: life.operator, value: operator, of: Object.entries(life.operators) },
    { name: 'threshold', label: life.threshold, value: threshold, of: 'decimal' },
    { name: 'hysteresis', label: life.hysteresis, value: hysteresis, of: 'decimal', placeholder: '0' },
    { name: 'delayS', label: life.delayS, value: delayS, of: 'number', placeholder: '0' },
    { name: 'output', label: life.output, value: output, of: withOwn(outputs, output) },
    { name: 'publish', label: life.publish, value: String(publish), of: yesNo },
  ];
}

/** What a meter gives, as far as its profile is known. */
export function quantitiesOf(
  { profile: id }: MeterSettings,
  { settings, profiles }: Pick<SettingsKnowledge, 'settings' | 'profiles'>,
): readonly string[] {
  const own = settings?.profiles?.find(one => one.id === id);
  if (own !== undefined) return own.registers.map(({ quantity }) => quantity);
  return profiles.find(one => one.id === id)?.quantities ?? [];
}

/** The kind of profile that a line's meters have. */
export const profileKindOf = (line: LineSettings['kind']): 'modbus' | 'ina219' | 'head' =>
  line === 'rs485' ? 'modbus' : line === 'i2c' ? 'ina219' : 'head';

/** The profiles that speak on the meter's line. */
function profileChoices(
  { profile, line }: MeterSettings,
  { draft, settings, profiles }: SettingsKnowledge,
): readonly Choice[] {
  const kind = draft.lines.find(({ id }) => id === line)?.kind;
  const wanted = kind === undefined ? undefined : profileKindOf(kind);
  const isFit = (of: string) =>
    wanted === undefined || (wanted === 'head' ? of !== 'modbus' && of !== 'ina219' : of === wanted);
  const own = wanted === 'modbus' ? ownProfiles(settings) : [];
  const choices = [
    ...own.map(({ id }) => [id, id] as const),
    ...profiles.filter(one => isFit(one.kind)).map(one => [one.id, profileName(one)] as const),
  ];
  return withOwn(choices, profile);
}
