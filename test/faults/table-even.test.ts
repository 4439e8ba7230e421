import { shares, testQuickForm } from './quick-form.ts';

testQuickForm(shares.even);
