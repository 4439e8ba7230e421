import type { FaultCode } from '../../host/faults/kinds.ts';

/** What is wrong with sources, channels and what hands values on, and what is to be asked of a file, by its code; names in braces are its facts. English is the host's own. */
export type FaultWords = Readonly<Record<FaultCode, string>>;
