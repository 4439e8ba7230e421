import type { Profile } from '../../host/api/contract.ts';

/** A profile as a person knows the meter: its maker and model; of one for any maker's the model alone. */
export const profileName = ({ manufacturer, model }: Pick<Profile, 'manufacturer' | 'model'>): string =>
  manufacturer === 'any' ? model : [manufacturer, model].filter(Boolean).join(' ');

/** The quantities whose registers are told of and not read, because sources disagree on them. */
export const doubtfulQuantities = ({ registers }: Pick<Profile, 'registers'>): readonly string[] =>
  registers.filter(({ isDoubtful }) => isDoubtful).map(({ quantity }) => quantity);
