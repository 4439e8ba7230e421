import { limits } from '#core/limits.ts';
import type { Scenario, ScenarioLine, ScenarioMeter } from './scenario.ts';

/** What one gateway of a scenario measures: whole lines, as many as it can take. */
export interface GatewayShare {
  readonly lines: readonly ScenarioLine[];
  readonly meters: readonly ScenarioMeter[];
}

/**
 * A scenario's lines shared out to as few gateways as come in order: each takes a line as long as it has room for it
 * and its meters. A line is never shared: a bus has one master. Lines without meters are left out.
 */
export function gatewaysOf({ lines, meters }: Scenario): readonly GatewayShare[] {
  const shares: { lines: ScenarioLine[]; meters: ScenarioMeter[] }[] = [];
  for (const line of lines) {
    const hanging = meters.filter(meter => meter.line === line.id);
    if (hanging.length === 0) continue;
    const last = shares.at(-1);
    const fits =
      last !== undefined &&
      last.lines.length < limits.linesPerGateway &&
      last.meters.length + hanging.length <= limits.metersPerGateway;
    if (fits) {
      last.lines.push(line);
      last.meters.push(...hanging);
    } else shares.push({ lines: [line], meters: hanging });
  }
  return shares;
}
