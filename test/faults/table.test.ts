import { faults } from '../../simulator/faults/table.ts';
import { testQuickForm } from './quick-form.ts';

testQuickForm(faults.filter(({ isTimed }) => !isTimed));
