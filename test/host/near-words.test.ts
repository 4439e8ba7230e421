import { expect, test } from 'vitest';
import { didYouMean, nearWords } from '../../host/near-words.ts';

const known = ['httpPort', 'httpHost', 'mqttPort', 'zone', 'dataDir'];

test('a word of few changes is told', () => {
  expect(nearWords('htppPort', known)).toEqual(['httpPort']);
  expect(nearWords('http-prot', known)[0]).toBe('httpPort');
  expect(nearWords('HTTP_PORT', known)[0]).toBe('httpPort');
  expect(nearWords('zoen', known)).toEqual(['zone']);
  expect(nearWords('colour', known)).toEqual([]);
  expect(nearWords('', known)).toEqual([]);
  expect(didYouMean('datadri', known)).toBe(' (did you mean dataDir?)');
  expect(didYouMean('x'.repeat(10_000), known)).toBe('');
});
