import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Suites that take long though their files are small: they begin first, so that none is left to end alone. */
const long: readonly string[] = [
  'test/faults/table-odd.test.ts',
  'test/faults/table-even.test.ts',
  'test/faults/archive-kill.test.ts',
  'test/faults/import-kill.test.ts',
  'test/faults/migration-kill.test.ts',
  'test/wires/demo-gateway.test.ts',
  'test/wires/lab.test.ts',
  'test/wires/erase.test.ts',
  'test/wires/api-cli.test.ts',
  'test/e2e/shell.test.ts',
  'test/e2e/gateways.test.ts',
  'test/e2e/new-gateway.test.ts',
  'test/e2e/history.test.ts',
  'test/xs/heap.test.ts',
];
/** Within a group those that wait most come first, and the short ones last. */
const projects: readonly string[] = ['wires', 'e2e', 'xs', 'host'];

/** The order within groups and projects where nothing is known of earlier runs: what takes long is not left for the end. */
export class SuiteOrder extends BaseSequencer {
  override async sort(suites: TestSpecification[]): Promise<TestSpecification[]> {
    const rankOf = ({ project, moduleId }: TestSpecification): readonly number[] => {
      const place = long.indexOf(relative(project.config.root, moduleId));
      const order = project.config.sequence.groupOrder;
      return [order, projects.indexOf(project.name), place < 0 ? long.length : place];
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
