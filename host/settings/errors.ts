import type { Mistake } from '#core/rules.ts';

/** A bad setting; `mistakes` names each field, what was given and what is allowed. */
export class SettingsError extends Error {
  readonly mistakes: readonly Mistake[];

  constructor(mistakes: readonly Mistake[]) {
    super(mistakes.map(({ field, message }) => `${field}: ${message}`).join('\n'));
    this.name = 'SettingsError';
    this.mistakes = mistakes;
  }
}
