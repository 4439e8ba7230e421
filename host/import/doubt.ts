import { fault } from '../faults/fault.ts';
import type { FaultCode, FaultFacts } from '../faults/kinds.ts';
import type { LineMistake } from './order.ts';

/** What may be meant otherwise, to be told in any language: line 0 is the file as a whole. */
export function doubt<Code extends FaultCode>(
  line: number,
  column: string,
  code: Code,
  facts: FaultFacts<Code>,
): LineMistake {
  const { message, ...why } = fault(code, facts);
  return { line, column, message, why };
}
