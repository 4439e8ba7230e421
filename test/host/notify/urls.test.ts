import { expect, it } from 'vitest';
import { urlBelow } from '../../../host/notify/channels/urls.ts';

it('what is sent goes below the path of an address, and there once', () => {
  const placeOf = (base: string) => urlBelow(base, '/api/v2/write').href;
  expect(placeOf('http://influx.lan:8086')).toBe('http://influx.lan:8086/api/v2/write');
  expect(placeOf('http://influx.lan:8086/')).toBe('http://influx.lan:8086/api/v2/write');
  expect(placeOf('https://a.example/insert/0/influx/')).toBe(
    'https://a.example/insert/0/influx/api/v2/write',
  );
  expect(placeOf('http://influx.lan:8086/api/v2/write')).toBe('http://influx.lan:8086/api/v2/write');
});
