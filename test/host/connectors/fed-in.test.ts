import { expect, it } from 'vitest';
import { goesOut } from '../../../host/connectors/fed-in.ts';

it('what a return pump uses goes nowhere, however its name is written; what is returned goes out', () => {
  const used = [
    'return-pump-energy',
    'return fan power',
    'return_air_fan',
    'returnwater_pump',
    'product_line',
    'produktion halle 3',
    'production_line',
    'feed_pump',
    'injection_moulding',
  ];
  expect(used.filter(goesOut)).toEqual([]);
  const out = [
    ...['energy_return', 'return-energy', 'power_returned', 'production', 'produced', 'energy_out'],
    ...['pv_produktion', 'teruggeleverd', 'producción', 'energia_injetada', 'generated_energy'],
  ];
  expect(out.filter(goesOut)).toEqual(out);
});
