import type { Mistake } from '#core/rules.ts';
import { didYouMean } from '../near-words.ts';
import { fileEnvironmentOf } from './secret-files.ts';
import { environmentOf } from './setting.ts';
import type { SettingSources } from './sources.ts';
import { settingEntries } from './table.ts';

/** Names of the environment that are none of the settings. */
const others = ['JOULEGATE_CONFIG'];

/** Variables that begin with `JOULEGATE_` and say nothing to the host: most often they are misspelt. */
export function unknownVariables({ env = {} }: SettingSources): Mistake[] {
  const known = settingEntries.flatMap(([name, { isSecret }]) =>
    isSecret ? [environmentOf(name), fileEnvironmentOf(name)] : [environmentOf(name)],
  );
  known.push(...others);
  return Object.keys(env)
    .filter(name => name.startsWith('JOULEGATE_') && !known.includes(name))
    .map(name => ({
      field: name,
      message: `is no setting${didYouMean(name, known)}; joulegate start --help lists all`,
    }));
}
