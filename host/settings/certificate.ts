import type { Mistake } from '#core/rules.ts';
import type { Given } from './sources.ts';
import type { Values } from './table.ts';

/** A certificate is of no use without its key, nor the key without it. */
export function certificateMistakes(
  { tlsCertFile, tlsKeyFile }: Values,
  given: ReadonlyMap<string, Given>,
): Mistake[] {
  if ((tlsCertFile === undefined) === (tlsKeyFile === undefined)) return [];
  const [there, missing] =
    tlsKeyFile === undefined
      ? (['tlsCertFile', 'tlsKeyFile'] as const)
      : (['tlsKeyFile', 'tlsCertFile'] as const);
  return [
    {
      field: given.get(there)?.field ?? there,
      message: `given without ${missing}; both are allowed, or neither`,
    },
  ];
}
