import type { ForwardKind } from './forward-kind.ts';
import { http } from './kinds/http.ts';
import { influx } from './kinds/influx.ts';
import { joulegate } from './kinds/joulegate.ts';
import { mqtt } from './kinds/mqtt.ts';

/** Every kind of other side, by its id. */
export const forwardKinds: ReadonlyMap<string, ForwardKind> = new Map(
  [joulegate, influx, http, mqtt].map((kind): [string, ForwardKind] => [kind.id, kind]),
);
