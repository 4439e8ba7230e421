import type { Meter } from '../../host/api/contract.ts';

type Named = Pick<Meter, 'key' | 'name'>;

const gatewayOf = (key: string): string => key.slice(0, key.indexOf('.'));

function countOf(names: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

/**
 * The meters with names that tell them apart where they stand side by side: of several of one name each has its gateway
 * behind it, or its key where it shares that, too. To be shown alone: what a meter is for is concluded from its own name.
 */
export function toldApart<M extends Named>(meters: readonly M[]): readonly M[] {
  const counts = countOf(meters.map(({ name }) => name));
  const withGateway = ({ key, name }: Named) => `${name} (${gatewayOf(key)})`;
  const closer = countOf(meters.map(withGateway));
  return meters.map(meter => {
    if (counts.get(meter.name) === 1) return meter;
    const name = withGateway(meter);
    return { ...meter, name: closer.get(name) === 1 ? name : `${meter.name} (${meter.key})` };
  });
}
