import type { Field } from '../../set-up/fields.ts';
import { meterColumns, quantityColumn } from '../meter-settings.ts';
import { layouts } from './layouts.ts';
import { tuyaVersions } from './protocol.ts';
import { ownLayout } from './settings.ts';

const same = (text: string) => ({ en: text, de: text, pt: text });

export const tuyaFields: readonly Field[] = [
  ...meterColumns,
  {
    name: 'address',
    kind: 'text',
    isPlace: true,
    label: { en: 'Address', de: 'Adresse', pt: 'Endereço' },
    hint: {
      en: 'IP address or name in your network; give the device a fixed one at the router.',
      de: 'IP-Adresse oder Name im Netz; geben Sie dem Gerät im Router eine feste.',
      pt: 'Endereço IP ou nome na rede; atribua um fixo no router.',
    },
  },
  {
    name: 'deviceId',
    kind: 'text',
    isPlace: true,
    label: { en: 'Device id', de: 'Geräte-ID', pt: 'ID do dispositivo' },
    hint: {
      en: 'Look around finds it.',
      de: '„Umsehen“ findet sie.',
      pt: 'A procura encontra-o.',
    },
  },
  {
    name: 'key',
    kind: 'secret',
    label: { en: 'Local key', de: 'Lokaler Schlüssel', pt: 'Chave local' },
    hint: {
      en: '16 characters, from the account of the maker’s developers; another one after each pairing.',
      de: '16 Zeichen, aus dem Entwicklerkonto des Herstellers; nach jedem Koppeln ein anderer.',
      pt: '16 caracteres, da conta de programador do fabricante; muda a cada emparelhamento.',
    },
  },
  {
    name: 'version',
    kind: 'choice',
    label: { en: 'Version', de: 'Version', pt: 'Versão' },
    choices: tuyaVersions.map(value => ({ value, label: same(value) })),
  },
  {
    name: 'layout',
    kind: 'choice',
    label: { en: 'Data points', de: 'Datenpunkte', pt: 'Pontos de dados' },
    choices: [
      ...layouts.map(({ id, name }) => ({ value: id, label: name })),
      { value: ownLayout, label: { en: 'My own', de: 'Eigene', pt: 'Os meus' } },
    ],
  },
  {
    name: 'points',
    kind: 'rows',
    isOptional: true,
    label: { en: 'My own data points', de: 'Eigene Datenpunkte', pt: 'Os meus pontos de dados' },
    columns: [
      { name: 'dp', kind: 'number', label: { en: 'Number', de: 'Nummer', pt: 'Número' } },
      quantityColumn,
      {
        name: 'scale',
        kind: 'number',
        isOptional: true,
        label: { en: 'One step is', de: 'Ein Schritt ist', pt: 'Um passo é' },
        hint: {
          en: '0.1 where 2301 is 230.1 V; 10 where one is 0.01 kWh.',
          de: '0,1, wenn 2301 für 230,1 V steht; 10, wenn eins 0,01 kWh ist.',
          pt: '0,1 se 2301 são 230,1 V; 10 se um é 0,01 kWh.',
        },
      },
      {
        name: 'form',
        kind: 'choice',
        isOptional: true,
        label: { en: 'Form', de: 'Form', pt: 'Forma' },
        choices: [
          { value: 'number', label: { en: 'A number', de: 'Eine Zahl', pt: 'Um número' } },
          {
            value: 'phaseVoltage',
            label: { en: 'Voltage of a phase', de: 'Spannung einer Phase', pt: 'Tensão de uma fase' },
          },
          {
            value: 'phaseCurrent',
            label: { en: 'Current of a phase', de: 'Strom einer Phase', pt: 'Corrente de uma fase' },
          },
          {
            value: 'phasePower',
            label: { en: 'Power of a phase', de: 'Leistung einer Phase', pt: 'Potência de uma fase' },
          },
        ],
      },
      {
        name: 'isTotal',
        kind: 'switch',
        isOptional: true,
        label: {
          en: 'Rises for ever',
          de: 'Steigt immer weiter',
          pt: 'Sobe sempre',
        },
        hint: {
          en: 'Only where you have seen it: most plugs tell what was used lately.',
          de: 'Nur, wenn Sie es gesehen haben: Die meisten Steckdosen melden den letzten Verbrauch.',
          pt: 'Só se o viu: a maioria das tomadas indica o consumo recente.',
        },
      },
    ],
  },
  {
    name: 'everyS',
    kind: 'number',
    isOptional: true,
    unit: 's',
    label: { en: 'Read every', de: 'Lesen alle', pt: 'Ler a cada' },
    hint: { en: '5 to 600; empty: 10.', de: '5 bis 600; leer: 10.', pt: '5 a 600; vazio: 10.' },
  },
  {
    name: 'port',
    kind: 'number',
    isPlace: true,
    isOptional: true,
    label: { en: 'TCP port', de: 'TCP-Port', pt: 'Porta TCP' },
    hint: { en: 'Empty: 6668.', de: 'Leer: 6668.', pt: 'Vazio: 6668.' },
  },
];
