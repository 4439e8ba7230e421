import type { Why } from '../host/api/contract.ts';
import { type FaultCode, faultIn } from '../host/faults/kinds.ts';
import type { FaultWords } from './i18n/fault-words.ts';

interface FaultText {
  readonly text: string;
  /** Whether it is in the page's language; else it is the host's English. */
  readonly isOwn: boolean;
  /** What the other side or a machine said, in its own words. */
  readonly said: string | null;
}

/** A fault in the page's words. Of one that only another host has, or that no code was told of, the host's own. */
export function faultText(message: string, why: Why | null | undefined, faults: FaultWords): FaultText {
  if (!why || !Object.hasOwn(faults, why.code)) return { text: message, isOwn: false, said: null };
  const { said = '', ...facts } = why.facts;
  const text = faultIn(faults, why.code as FaultCode, facts);
  return { text, isOwn: true, said: said === '' ? null : String(said) };
}
