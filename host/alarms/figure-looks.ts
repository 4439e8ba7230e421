import type { Sites } from '../site/sites.ts';
import type { Point } from './conditions.ts';
import { type GatewayLook, type HostLook, healthFigures } from './health-figures.ts';
import { gatewayPlace, hostPlace, type Place } from './places.ts';
import type { Rule } from './rule.ts';

/** Tells how host and gateways are, when it is asked. */
export interface HealthPort {
  host(): HostLook;
  gateways(): readonly GatewayLook[];
}

/** Figures of health are looked at this often; each look counts as a window of that length. */
export const lookEveryMs = 10_000;
/** So long after the host's start, or a leap of its clock, nobody is called away who may just be coming back. */
export const graceMs = 120_000;

/** What rules of figures have to judge now: each place with its window. */
export function looksOf(
  rules: readonly Rule[],
  health: HealthPort,
  { siteOf }: Pick<Sites, 'siteOf'>,
  { atMs, isEarly }: { readonly atMs: number; readonly isEarly: boolean },
): (readonly [Rule, Place, Point])[] {
  const looks: (readonly [Rule, Place, Point])[] = [];
  let host: HostLook | undefined;
  let gateways: readonly GatewayLook[] | undefined;
  const put = (rule: Rule, place: Place, figure: number | undefined) => {
    if (figure === undefined || !Number.isFinite(figure)) return;
    looks.push([rule, place, { startMs: atMs - lookEveryMs, endMs: atMs, values: {}, figure }]);
  };
  for (const rule of rules) {
    const { condition, target, isOn } = rule;
    if (!isOn || condition.kind !== 'health') continue;
    const figure = healthFigures[condition.figure];
    if (figure.of === 'host') {
      host ??= health.host();
      if ('host' in target) put(rule, hostPlace, figure.from(host));
      continue;
    }
    gateways ??= health.gateways();
    for (const gateway of gateways) {
      const isOf =
        'gateway' in target
          ? target.gateway === gateway.id
          : 'site' in target && target.site === siteOf(gateway.id);
      if (isOf && (gateway.online || !isEarly)) put(rule, gatewayPlace(gateway.id), figure.from(gateway));
    }
  }
  return looks;
}
