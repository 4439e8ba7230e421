import { messageOf } from '../message-of.ts';
import { type FaultCode, type FaultFacts, faultIn, faultKinds } from './kinds.ts';

/** What a fault is made of, for texts in any language. */
export interface Why {
  /** `other`: no table has it, and its English is all there is. */
  readonly code: FaultCode | 'other';
  readonly facts: Readonly<Record<string, string | number>>;
}

/** Something that is wrong with the other side, or on the way there: plain data, so that it goes to threads and to the disk. */
export interface Fault extends Why {
  /** For people and programs, in English. */
  readonly message: string;
}

/** Others write much of what is told. */
const mostChars = 500;

const shortened = (text: string): string =>
  text.length > mostChars ? `${text.slice(0, mostChars - 1)}…` : text;

/** A fault of the table. `message`: where more is to be said in English than the table does. */
export function fault<Code extends FaultCode>(
  code: Code,
  facts: FaultFacts<Code>,
  message = inEnglish(code, facts),
): Fault {
  const bounded = Object.entries<string | number | undefined>(facts).flatMap(([name, fact]) =>
    fact === undefined ? [] : [[name, typeof fact === 'string' ? shortened(fact) : fact] as const],
  );
  return { code, facts: Object.fromEntries(bounded), message };
}

/** The same, with all that is to be known of it there, in English. */
export const retold = (told: Fault, message: string): Fault => ({ ...told, message });

/** In words that no table has. */
export const otherFault = (said: string): Fault => ({
  code: 'other',
  facts: { said: shortened(said) },
  message: said,
});

function inEnglish(
  code: FaultCode,
  { said = '', ...facts }: Readonly<Record<string, string | number>>,
): string {
  const text = faultIn(faultKinds, code, facts);
  return said === '' ? text : `${text} (${said})`;
}

/** A fault that is thrown. */
export class FaultError extends Error {
  readonly fault: Fault;

  constructor(told: Fault) {
    super(told.message);
    this.name = 'FaultError';
    this.fault = told;
  }
}

/** What whatever was thrown tells. */
export const faultOf = (error: unknown): Fault =>
  error instanceof FaultError ? error.fault : otherFault(messageOf(error));
