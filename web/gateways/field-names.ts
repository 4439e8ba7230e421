import type { Words } from '../i18n/en.ts';

/** `line bus: baud` as the page's own differences name a setting, `lines.bus.baud` as the host's do. */
const ofItem = /^(line|meter|alarm|profile)(?: (.+): |s\.(.+)\.)(\w+)$/;
/** `meters[2].windowS`, as mistakes do. */
const ofIndex = /^(line|meter|alarm|profile)s\[(\d+)\]\.(\w+)$/;

/** The name of a setting as the settings' form has it; as it came where the form has none. */
export function fieldName(field: string, words: Words): string {
  const item = ofItem.exec(field);
  if (item !== null) {
    const [, kind = '', own, hosts = '', name = ''] = item;
    return `${kindName(kind, words)} ${own ?? hosts}: ${labelOf(name, words)}`;
  }
  const [, kind, index, name] = ofIndex.exec(field) ?? [];
  if (kind === undefined || index === undefined || name === undefined) return field;
  return `${kindName(kind, words)} ${Number(index) + 1}: ${labelOf(name, words)}`;
}

function kindName(kind: string, { life, gatewayPages: { setup, doctor } }: Words): string {
  const names: Readonly<Record<string, string>> = {
    line: setup.line,
    meter: doctor.meter,
    profile: setup.profile,
    alarm: life.rule,
  };
  return names[kind] ?? kind;
}

function labelOf(name: string, { life, update, gatewayPages: { setup, doctor } }: Words): string {
  const { quantity, operator, threshold, hysteresis, delayS, output, publish } = life;
  const { kind, port, baud, parity, stopBits, profile, line, address, windowS, sampleMs } = setup;
  const labels: Readonly<Record<string, string>> = {
    id: setup.id,
    name: setup.name,
    kind,
    port,
    baud,
    parity,
    stopBits,
    profile,
    line,
    address,
    windowS,
    sampleMs,
    timeoutMs: update.fields.timeoutMs ?? name,
    meter: doctor.meter,
    ...{ quantity, operator, threshold, hysteresis, delayS, output, publish },
  };
  return labels[name] ?? name;
}
