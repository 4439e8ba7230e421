import { describe, expect, it } from 'vitest';
import { commonWords, firstWords, keyRows, longWords, smallWords } from '../../../host/auth/common-words.ts';
import { composed, contextWords, guessBits, passwordWeakness } from '../../../host/auth/password-rules.ts';
import { processorMs } from '../../processor-time.ts';

const weakness = (password: string) =>
  passwordWeakness(password, 'ada.lovelace', ['home', 'farm-2', 'Hof Süd']);

const phrases = [
  'Mein Hund heißt Bello',
  'Sommerregen im August',
  'Kaffee und Kuchen am Sonntag',
  'drei kleine Schweinchen',
  'Katze springt über Zaun',
  'Wir fahren nach Italien',
  'Der Zug hat Verspätung',
  'Fahrradkette2019',
  'Bienenstich mit Sahne',
  'ich liebe meine Familie',
  'Die Sonne scheint heute',
  'Pferd Batterie Klammer',
  'Wohnzimmerlampe 42',
  'Mondschein-Spaziergang',
  'Hausnummer 17 im Tal',
  'Unsere Katze Minka',
  'Donaudampfschifffahrt',
  'Kartoffelpuffer mit Mus',
  'Strom kommt aus Wand',
  'Energie sparen ist gut',
  'Gartenhaus Müller 12',
  'Weihnachtsbäckerei',
  'Meu cachorro chama Bob',
  'Gosto de café com leite',
  'Praia do Rosa 2014',
  'minha avó faz pão',
  'o gato subiu no telhado',
  'Sol, mar e areia',
  'bolo de chocolate quente',
  'Amanhã vai chover muito',
  'Casa azul na colina',
  'feijoada aos sábados',
  'pastel de nata e café',
  'saudades de Lisboa',
  'Três pratos de trigo',
  'meu filho nasceu em maio',
  'Bicicleta vermelha velha',
  'Futebol na quarta-feira',
  'janela aberta vento frio',
  'chave debaixo do tapete',
  'Rua das Flores 123',
  'ÁguaDeCocoGelada',
  'passarinho verde canta',
  'quero viajar para o Japão',
  'música alta na cozinha',
  'pao de queijo quentinho',
  'nossa senhora aparecida',
];

describe('a new password', () => {
  it('has 12 to 256 characters, as people count them, of any kind', () => {
    expect(weakness('kqzwvhxpbnj')).toBe('short');
    expect(weakness('kqzwvhxpbnjy')).toBeUndefined();
    expect(weakness('🦊🐢🎻🌋🧲🪁🥝🧵🪐🎲🛶')).toBe('short');
    expect(weakness('🦊🐢🎻🌋🧲🪁🥝🧵🪐🎲🛶🦉')).toBeUndefined();
    // Eleven letters, each written with its dots apart.
    expect(weakness('öüäkqzwvhxp'.normalize('NFD'))).toBe('short');
    const long = Array.from({ length: 256 }, (_, index) => String.fromCodePoint(0x4e00 + index * 37)).join(
      '',
    );
    expect(weakness(long)).toBeUndefined();
    expect(weakness(`${long}x`)).toBe('short');
  });

  it.each([
    'passwordpassword',
    'password1234',
    'Passw0rd1234',
    'P@ssw0rd2024!',
    'qwertyuiop12',
    '1q2w3e4r5t6y',
    '1qaz2wsx3edc',
    'aaaaaaaaaaaa',
    'abcabcabcabc',
    '123456789012',
    '210987654321',
    'abcdefghijkl',
    'iloveyou1234',
    'letmeinletmein',
    'administrator',
    'Administrator1',
    'unbelievable',
    'qwertzuiop123',
    'willkommen2024',
    'Sommer2024!!!',
    'schatzischatzi',
    'passwort12345',
    'senha123456789',
    'teamoteamoteamo',
    'bemvindo12345',
    'dragonmonkey12',
    'manchesterunited',
    'asdfghjkl123',
    '112233445566',
    '102030405060',
    '1a2b3c4d5e6f',
    '01011990anna',
    'photosynthesis',
    'freundschaft1',
    'trustno1trustno1',
    'liverpool1234',
    'ichliebedich',
    'leavemealone',
    'merrychristmas',
    'qwertyytrewq',
  ])('is not %s, which is among the first that are tried', password => {
    expect(weakness(password)).toBe('common');
  });

  it.each([
    'ada.lovelace',
    'AdaLovelace99',
    'lovelace123456',
    'joulegate123',
    'Joulegate2026!',
    'joulegate-home',
    'hofsüdhofsüd',
    'farm-2-joulegate',
    'gateway-ada-1',
  ])('is not %s, which is known to who knows the user and the host', password => {
    expect(weakness(password)).not.toBeUndefined();
    expect(weakness(password)).not.toBe('short');
  });

  it.each([
    'correct horse battery staple',
    'a long enough password',
    'lantern rabbit coffee',
    'o rato roeu a rolha',
    'Meine Katze heisst Mimi',
    'kqzwvhxpbnjy',
    '7f3k-m2qx-9rtd-wz5p',
    'purple-otter-jumps',
    'Tr0ub4dor&3 xkcd',
    '  x9  y8  z7  k6  ',
    '<script>alert(1)</script>',
    '密码学是一门有趣的学问呀',
    "'; DROP TABLE account; --",
  ])('may be %s', password => {
    expect(weakness(password)).toBeUndefined();
  });

  it('may be what people think of as a phrase, in German and Portuguese', () => {
    const refused = phrases.filter(phrase => weakness(phrase) !== undefined);
    console.log(`${phrases.length} everyday phrases: ${refused.length} refused`);
    expect(refused).toEqual([]);
  });

  it('is not refused where it is random: 12 letters, 2,000 of them', () => {
    let state = 7;
    const letter = () => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
      return 'abcdefghijkmnpqrstuvwxyz23456789'[Math.floor(state / 65_536) % 32];
    };
    const made = Array.from({ length: 2000 }, () => Array.from({ length: 12 }, letter).join(''));
    const refused = made.filter(password => weakness(password) !== undefined);
    console.info(`${made.length} random passwords of 12 letters: ${refused.length} refused`);
    expect(refused).toEqual([]);
  });
});

it('the same letters are one password, however they were typed, and nothing else of it is changed', () => {
  expect(composed('Gr\u0075\u0308n')).toBe('Gr\u00fcn');
  for (const kept of ['ﬁne', 'ＡＢＣ', ' spaces ', 'UPPER', '①']) expect(composed(kept)).toBe(kept);
});

it('looking at a password takes no longer than it should, whatever it is', () => {
  const worst = ['a'.repeat(256), 'ab'.repeat(128), '1q2w3e4r'.repeat(32), 'password'.repeat(32)];
  const allMs = processorMs(() => {
    for (let round = 0; round < 20; round++) for (const password of worst) guessBits(password);
  });
  const eachMs = allMs / 80;
  console.info(`a password of 256 letters is looked at in ${eachMs.toFixed(2)} ms of the processor`);
  expect(eachMs).toBeLessThan(50);
});

it('the words are in small letters, once, and of three letters or more but for those between words', () => {
  const words = [...firstWords, ...commonWords, ...longWords];
  expect(words.filter(word => !/^[a-z0-9]+$/.test(word))).toEqual([]);
  for (const list of [commonWords, longWords]) expect(list.filter(word => word.length < 2)).toEqual([]);
  for (const row of keyRows) expect(row).toMatch(/^[a-z0-9]{6,}$/);
  expect(smallWords).not.toContain('');
  expect(contextWords).toContain('joulegate');
});
