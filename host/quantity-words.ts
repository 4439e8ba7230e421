import type { QuantityId } from '#core/quantities.ts';

const unitEnds = /(?<=[a-z0-9])(Percent|Degrees|Varh|Var|VAh|VA|Wh|Ah|Hz|M3|W|V|A|C|J)$/;

/** What an id is made of, without its unit: `energyImportT1Wh` gives `energy`, `Import`, `T1`. */
export const partsOfQuantity = (id: QuantityId): readonly string[] =>
  id.replace(unitEnds, '').match(/[LTQ]\d|[A-Z]?[a-z]+|\d+/g) ?? [];
