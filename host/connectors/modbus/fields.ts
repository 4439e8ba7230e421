import type { Field } from '../../set-up/fields.ts';
import { meterColumns } from '../meter-settings.ts';

/** The way to the meters. */
const wayFields: readonly Field[] = [
  {
    name: 'transport',
    kind: 'choice',
    label: { en: 'Connected by', de: 'Angeschlossen über', pt: 'Ligado por' },
    choices: [
      {
        value: 'rtu',
        label: {
          en: 'RS485 converter (RTU over TCP): Elfin EW11, ZLAN, Waveshare',
          de: 'RS485-Wandler (RTU über TCP): Elfin EW11, ZLAN, Waveshare',
          pt: 'Conversor RS485 (RTU sobre TCP): Elfin EW11, ZLAN, Waveshare',
        },
      },
      {
        value: 'tcp',
        label: {
          en: 'Modbus TCP: inverters, gateways, meters with Ethernet',
          de: 'Modbus TCP: Wechselrichter, Gateways, Zähler mit Ethernet',
          pt: 'Modbus TCP: inversores, gateways, contadores com Ethernet',
        },
      },
      {
        value: 'serial',
        label: {
          en: 'Serial port of this machine: RS485 adapter on USB',
          de: 'Serielle Schnittstelle dieses Rechners: RS485-Adapter an USB',
          pt: 'Porta série desta máquina: adaptador RS485 em USB',
        },
      },
    ],
  },
  {
    name: 'host',
    kind: 'text',
    isOptional: true,
    label: { en: 'Address', de: 'Adresse', pt: 'Endereço' },
    hint: {
      en: 'Name or IP address of the converter or device; empty with a serial port.',
      de: 'Name oder IP-Adresse des Wandlers oder Geräts; leer bei serieller Schnittstelle.',
      pt: 'Nome ou endereço IP do conversor ou dispositivo; vazio com uma porta série.',
    },
  },
  {
    name: 'port',
    kind: 'number',
    isOptional: true,
    label: { en: 'TCP port', de: 'TCP-Port', pt: 'Porta TCP' },
    hint: {
      en: '502 with Modbus TCP; with a converter as it is set there, 8899 at an EW11.',
      de: 'Bei Modbus TCP 502; beim Wandler wie dort eingestellt, am EW11 8899.',
      pt: '502 com Modbus TCP; com um conversor, a que lá está definida, 8899 no EW11.',
    },
  },
  {
    name: 'path',
    kind: 'text',
    isOptional: true,
    label: { en: 'Serial port', de: 'Serielle Schnittstelle', pt: 'Porta série' },
    hint: {
      en: '/dev/serial/by-id/… stays the same when adapters are moved; /dev/ttyUSB0 or COM3.',
      de: '/dev/serial/by-id/… bleibt gleich, wenn Adapter umgesteckt werden; sonst /dev/ttyUSB0 oder COM3.',
      pt: '/dev/serial/by-id/… mantém-se quando se trocam adaptadores; ou /dev/ttyUSB0, COM3.',
    },
  },
  {
    name: 'baud',
    kind: 'number',
    isOptional: true,
    unit: 'baud',
    label: { en: 'Speed', de: 'Geschwindigkeit', pt: 'Velocidade' },
    hint: {
      en: 'Of the RS485 line, as meters and converter are set. Empty: 9600.',
      de: 'Der RS485-Leitung, wie Zähler und Wandler eingestellt sind. Leer: 9600.',
      pt: 'Da linha RS485, como estão definidos os contadores e o conversor. Vazio: 9600.',
    },
  },
  {
    name: 'parity',
    kind: 'choice',
    isOptional: true,
    label: { en: 'Parity', de: 'Parität', pt: 'Paridade' },
    choices: [
      { value: 'none', label: { en: 'None', de: 'Keine', pt: 'Nenhuma' } },
      { value: 'even', label: { en: 'Even', de: 'Gerade', pt: 'Par' } },
      { value: 'odd', label: { en: 'Odd', de: 'Ungerade', pt: 'Ímpar' } },
    ],
  },
  {
    name: 'stopBits',
    kind: 'number',
    isOptional: true,
    label: { en: 'Stop bits', de: 'Stoppbits', pt: 'Bits de paragem' },
  },
];

const columns: readonly Field[] = [
  ...meterColumns,
  { name: 'profile', kind: 'profile', label: { en: 'Meter', de: 'Zähler', pt: 'Contador' } },
  {
    name: 'unit',
    kind: 'number',
    label: { en: 'Unit', de: 'Adresse am Bus', pt: 'Unidade' },
    hint: {
      en: '1 to 247. Devices that speak Modbus TCP themselves often have 1, 0 or 255.',
      de: '1 bis 247. Geräte, die selbst Modbus TCP sprechen, haben oft 1, 0 oder 255.',
      pt: '1 a 247. Dispositivos com Modbus TCP próprio têm muitas vezes 1, 0 ou 255.',
    },
  },
  {
    name: 'windowS',
    kind: 'number',
    isOptional: true,
    unit: 's',
    label: { en: 'Window', de: 'Fenster', pt: 'Janela' },
  },
  {
    name: 'sampleMs',
    kind: 'number',
    isOptional: true,
    unit: 'ms',
    label: { en: 'Read every', de: 'Lesen alle', pt: 'Ler a cada' },
  },
  {
    name: 'timeoutMs',
    kind: 'number',
    isOptional: true,
    unit: 'ms',
    label: { en: 'Wait at most', de: 'Warten höchstens', pt: 'Esperar no máximo' },
  },
];

export const modbusFields: readonly Field[] = [
  ...wayFields,
  {
    name: 'meters',
    kind: 'rows',
    label: { en: 'Meters', de: 'Zähler', pt: 'Contadores' },
    columns,
  },
];
