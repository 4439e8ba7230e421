/** One sample of a scrape: its labels as they stand, and its value. */
interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Family {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly samples: readonly Sample[];
}

const sampleLine = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{((?:[a-zA-Z_]\w*="(?:[^"\\]|\\.)*",?)+)\})? (\S+)$/;

/**
 * Reads Prometheus' text format 0.0.4 as strictly as its description: HELP and TYPE once before the samples of their
 * metric, nothing else between, a line feed at the end. @throws Error with the line that breaks it
 */
export function parsePrometheus(text: string): Family[] {
  if (!text.endsWith('\n')) throw new Error('the last line has no end');
  const families: { name: string; type: string; help: string; samples: Sample[] }[] = [];
  let help: { name: string; text: string } | undefined;
  for (const line of text.slice(0, -1).split('\n')) {
    const [, word, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? [];
    if (word === 'HELP') {
      if (help !== undefined || families.some(family => family.name === name)) throw new Error(line);
      help = { name, text: rest };
    } else if (word === 'TYPE') {
      if (help?.name !== name || !['counter', 'gauge', 'histogram'].includes(rest)) throw new Error(line);
      families.push({ name, type: rest, help: help.text, samples: [] });
      help = undefined;
    } else {
      const sample = sampleOf(line);
      const family = families.at(-1);
      const isOfFamily = family && [family.name, ...partsOf(family)].includes(sample.name);
      if (!family || !isOfFamily || help !== undefined) throw new Error(line);
      family.samples.push(sample);
    }
  }
  return families;
}

const partsOf = ({ name, type }: Family): string[] =>
  type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [];

function sampleOf(line: string): Sample {
  const [, name, labels = '', value = ''] = sampleLine.exec(line) ?? [];
  const number = value === '+Inf' ? Number.POSITIVE_INFINITY : Number(value);
  if (name === undefined || Number.isNaN(number)) throw new Error(line);
  const pairs = [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = '', text = '']) => [key, text]);
  return { name, labels: Object.fromEntries(pairs), value: number };
}
