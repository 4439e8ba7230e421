import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Suites that take long though their files are small: they begin first, so that none is left to end alone. */
const long: readonly string[] = [
  'test/faults/table-odd.test.ts',
  'test/faults/table-even.test.ts',
  'test/faults/archive-kill.test.ts',
  'test/faults/import-kill.test.ts',
  'test/faults/migration-kill.test.ts',
  'test/wires/connector-modbus.test.ts',
  'test/wires/demo-sources.test.ts',
  'test/wires/connector-opcua.test.ts',
  'test/wires/broker-mosquitto.test.ts',
  'test/wires/erase.test.ts',
  'test/wires/commands.test.ts',
  'test/wires/demo-gateway.test.ts',
  'test/e2e/shell.test.ts',
  'test/e2e/history.test.ts',
  'test/e2e/new-gateway.test.ts',
  'test/e2e/data.test.ts',
  'test/e2e/gateways.test.ts',
  'test/e2e/sources.test.ts',
  'test/e2e/meter.test.ts',
  'test/e2e/account.test.ts',
  'test/e2e/structure.test.ts',
  'test/e2e/overview.test.ts',
  'test/xs/heap.test.ts',
];
/**
 * Within a group: the table of faults begins first, and fills one core; those of XS come when their engine is compiled; the
 * pages' last, as from the first of them on the demo runs beside all that comes after.
 */
const projects: readonly string[] = ['table', 'unit', 'app', 'host', 'xs', 'e2e', 'timed'];

/** The order within groups and projects where nothing is known of earlier runs: what takes long is not left for the end. */
export class SuiteOrder extends BaseSequencer {
  override async sort(suites: TestSpecification[]): Promise<TestSpecification[]> {
    const rankOf = ({ project, moduleId }: TestSpecification): readonly number[] => {
      const path = relative(project.config.root, moduleId);
      const place = long.indexOf(path);
      const order = project.config.sequence.groupOrder;
      // What waits for others begins before what computes all the time.
      const computes = path.startsWith('test/host/') ? 1 : 0;
      return [order, projects.indexOf(project.name), place < 0 ? long.length : place, computes];
    };
    const ranked = (await super.sort(suites)).map(suite => ({ suite, rank: rankOf(suite) }));
    return ranked
      .sort((one, other) => {
        const at = one.rank.findIndex((rank, index) => rank !== other.rank[index]);
        return at < 0 ? 0 : (one.rank[at] ?? 0) - (other.rank[at] ?? 0);
      })
      .map(({ suite }) => suite);
  }
}
