import { describe, expect, it } from 'vitest';
import { connector } from '../../../../host/connectors/modbus/connector.ts';
import type { ModbusSettings } from '../../../../host/connectors/modbus/settings.ts';
import { mannerOf, portOf, type WaySettings, wayOf } from '../../../../host/connectors/modbus/way.ts';
import { Compile } from '../../../../host/typebox.ts';

const row = (unit: number, more: object = {}) => ({
  id: `m${unit}`,
  name: `Meter ${unit}`,
  profile: 'eastron-sdm630',
  unit,
  ...more,
});
const tcp = { transport: 'tcp', host: '192.168.1.20' } as const;
const rtu = { transport: 'rtu', host: 'ew11.local', port: 8899 } as const;
const mistakes = (settings: object): string[] =>
  (connector.mistakes?.(settings as ModbusSettings) ?? []).map(
    ({ field, message }) => `${field}: ${message}`,
  );

describe('settings of Modbus', () => {
  it('are taken as forms send them, empty fields with the rest', () => {
    const settings = {
      ...tcp,
      path: '',
      meters: [row(1), row(0, { windowS: 60, sampleMs: 5000 }), row(255)],
    };
    expect(Compile(connector.settings).Check(settings)).toBe(true);
    expect(mistakes(settings)).toEqual([]);
    expect(mistakes({ ...rtu, baud: 19_200, parity: 'even', meters: [row(247)] })).toEqual([]);
    expect(
      mistakes({ transport: 'serial', host: '', path: '/dev/serial/by-id/usb-1', meters: [row(1)] }),
    ).toEqual([]);
    expect(mistakes({ transport: 'serial', path: 'COM3', meters: [row(1)] })).toEqual([]);
  });

  it('tell what is wrong, where, and what is allowed', () => {
    expect(mistakes({ ...tcp, host: 'http://x/', meters: [row(1)] })).toEqual([
      'host: "http://x/" given; the name or IP address of the converter or device is needed, without http:// and without port',
    ]);
    expect(mistakes({ transport: 'rtu', host: 'ew11', meters: [row(1)] })[0]).toMatch(
      /^port: none given; .+8899/,
    );
    for (const path of [undefined, '', '/etc/passwd', '/dev/../etc/passwd', 'ttyUSB0'])
      expect(mistakes({ transport: 'serial', path, meters: [row(1)] })[0]).toMatch(/^path: .+\/dev\/ttyUSB0/);
    expect(mistakes({ ...rtu, meters: [row(0), row(255)] }).map(text => text.split(';')[0])).toEqual([
      'meters.0.unit: 0 given',
      'meters.1.unit: 255 given',
    ]);
    expect(mistakes({ ...tcp, meters: [row(250)] })[0]).toMatch(/^meters\.0\.unit: 250 given; 1 to 247/);
    expect(mistakes({ ...tcp, meters: [row(1), row(1)] })).toEqual([
      'meters.1.id: m1 is given twice; each meter needs its own',
      'meters.1.unit: 1 is given twice, and m1 has it; each meter needs its own',
    ]);
    expect(mistakes({ ...tcp, meters: [row(1, { profile: 'eastron-sdm63' })] })[0]).toContain(
      'eastron-sdm630',
    );
    expect(mistakes({ ...tcp, meters: [row(1, { profile: 'sml-meter' })] })[0]).toContain(
      'is no profile of a Modbus meter',
    );
    expect(mistakes({ ...tcp, meters: [row(1, { windowS: 7, sampleMs: 8000 })] }).length).toBe(2);
  });

  it('give an inverter and the meter behind it at one unit', () => {
    const parts = ['sunspec-inverter', 'sunspec-meter'].map((profile, index) =>
      row(1, { profile, id: `part${index}` }),
    );
    expect(mistakes({ ...tcp, meters: parts })).toEqual([]);
    expect(mistakes({ ...tcp, meters: [parts[0], { ...parts[0], id: 'again' }] }).length).toBe(1);
  });

  it('say of each meter what it gives, by its profile', () => {
    const [meter] = connector.meters({ ...tcp, meters: [row(1)] });
    expect(meter).toMatchObject({ id: 'm1', profile: 'eastron-sdm630', windowS: 10, sampleMs: 1000 });
    expect(meter?.series).toContain('powerL1W');
    const many = connector.meters({ ...tcp, meters: Array.from({ length: 32 }, (_, at) => row(at + 1)) });
    expect(many.flatMap(({ series }) => series).length).toBeLessThanOrEqual(2000);
  });
});

describe('the way to a line', () => {
  it('is one for the same address however it is written', () => {
    const way = (settings: WaySettings) => portOf(wayOf(settings));
    expect(way({ ...tcp, host: 'EW11.local' })).toBe('tcp://ew11.local:502');
    expect(way({ ...tcp, host: '[fe80::1]' })).toBe(way({ ...tcp, host: 'FE80::1' }));
    expect(way({ transport: 'serial', path: '/dev/ttyUSB0' })).toBe('/dev/ttyUSB0');
  });

  it('differs in manner by transport and line parameters, and over Modbus TCP by nothing else', () => {
    const manner = (settings: WaySettings) => mannerOf(wayOf(settings));
    expect(manner(rtu)).not.toBe(manner({ ...rtu, parity: 'even' }));
    expect(manner({ ...tcp, baud: 2400 })).toBe(manner(tcp));
    expect(manner({ ...rtu, transport: 'tcp' })).not.toBe(manner(rtu));
  });
});
