/**
 * What passwords are made of that are tried first, in small letters: words, names, rows of keys. Written by hand from what
 * lists of leaked passwords have in common, in the languages that the page speaks; longer passwords made of them are found
 * by `password-rules.ts`, so that they need not stand here.
 */
const listOf = (words: string): readonly string[] => Object.freeze(words.trim().split(/\s+/));

/** The very first: each stands for 5 bits. */
export const firstWords = listOf(`
password passwort passwd pass senha qwerty qwertz azerty admin administrator root user guest login welcome willkommen
bemvindo letmein iloveyou master monkey dragon shadow sunshine princess football baseball superman batman secret geheim
segredo changeme default test demo hello hallo abc love liebe amor jesus god fuck fuckyou fucker bitch asshole nothing
whatever trustno mustang michael ashley charlie daniel thomas andrew jordan computer internet samsung google apple
starwars pokemon minecraft summer winter spring autumn sommer herbst ninja access hunter killer freedom lovely flower
cheese mother father family home house money soccer hockey jessica jennifer michelle nicole maria anna
`);

/** What stands between words, and after them: each for 5 bits. */
export const smallWords = listOf(`
i me my you your we us the a an and is am are be of in on to for from with at it its this that no not yes so too do don
ich du er sie wir und ist der die das ein mein dein eu tu e o a os as de da do meu minha te ti se que
000 007 101 111 123 321 456 666 69 777 786 789 888 911 999 1234 2000 4ever 4u
`);

/** Each stands for 9 bits. */
export const commonWords = listOf(`
much very more many all one two three four five six seven eight nine ten zero big little small old new good bad best only
forever always never ever again now today here there where what who why how when time day night life live world people
baby babe boy girl man men woman kid kids child boys girls lover loves loved loving sweet sweetie honey angel angels
heart hearts kiss kisses sexy hot cool crazy happy sad funny lucky pretty beautiful smile dream dreams dreamer star stars
moon sun sky rain snow storm thunder fire ice water wind earth sea ocean river mountain forest tree rose lily daisy
black white red blue green yellow orange purple pink silver gold golden brown gray grey dark light
cat cats dog dogs puppy kitty kitten horse horses tiger lion bear wolf eagle hawk falcon fox rabbit bunny turtle dolphin
shark snake spider panther cobra buffalo chicken duck cow pig bird fish frog butterfly ladybug penguin panda elephant
king queen prince lord lady knight warrior hero legend wizard magic magical devil demon hell heaven evil ghost death dead
kill blood war peace power powers strong super ultra mega extra hyper turbo max player players gamer game games play
music rock metal punk rap guitar piano drum drums dance dancer singer metallica nirvana slipknot linkin park eminem tupac
beatles acdc queen madonna britney rihanna beyonce bieber justin avril hannah montana jonas brothers potter harry hermione
bond james anakin vader skywalker yoda jedi sith matrix neo trinity gandalf frodo rings ring lord spiderman ironman
hulk thor avengers marvel naruto sasuke goku dragonball pikachu zelda mario luigi sonic halo doom quake diablo warcraft
starcraft counter strike fantasy final playstation xbox nintendo sega wii steam gaming hacker hacking matrix windows linux
ubuntu android iphone nokia sony ericsson motorola microsoft facebook twitter youtube yahoo hotmail gmail email online
server network system database oracle cisco wifi wlan router modem internet web site website page code coder system
manager office work worker job business company school college university student teacher class study book books
car cars truck bike ferrari porsche bmw mercedes audi honda toyota nissan ford chevy camaro corvette harley davidson
yamaha suzuki kawasaki racing racer driver speed fast furious need drift boat plane train bus
liverpool chelsea arsenal manchester united city real madrid barcelona bayern munich dortmund juventus milan inter roma
benfica sporting porto flamengo corinthians palmeiras santos vasco gremio celtic rangers everton tottenham newcastle
football fussball futebol soccer basketball baseball volleyball handball tennis golf hockey rugby cricket boxing wrestling
cowboys steelers packers raiders patriots giants yankees redsox dodgers cubs lakers bulls celtics chicago dallas
london paris berlin hamburg munchen koln wien zurich rome lisboa lisbon brasil brazil portugal germany deutschland
austria schweiz england america american texas florida california boston denver miami orlando phoenix austin houston
canada australia france italia italy spain espana mexico colombia argentina chile peru india china japan russia poland
monday tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch donnerstag freitag samstag sonntag
january february march april may june july august september october november december januar februar marz mai juni juli
oktober dezember janeiro fevereiro marco abril maio junho julho setembro outubro novembro dezembro
segunda terca quarta quinta sexta sabado domingo verao inverno primavera outono fruhling
alex alexander alexandra alexis alice alicia alison allison amanda amber amelia amy andrea andreas andre andy angela
angelina anthony antonio arthur barbara beatriz ben benjamin bernd bianca brandon brian bruno carla carlos carmen carolina
caroline catarina catherine charles charlotte chelsea chris christian christina christine christopher claudia courtney
cristina crystal daniela danielle david dennis diana diego dieter dominic dominik edgar eduardo edward elena elizabeth ella
emily emma eric erik eva felix fernanda fernando filipe florian francisco frank franz fred gabriel gabriela gabi george
gerhard goncalo gustavo guilherme hans harald heather heinz helena helga henrique henry hugo ines isabel isabella jack jake
jan jana jasmin jasmine jason jeff jenny jeremy joana joao johanna john johnny jonas jonathan jorge jose joseph joshua juan
julia julian juliana juergen jurgen justin karin karl katharina katie katrin kevin kelly kimberly klaus kristina lara larissa
laura lauren lea leah leon leonardo leonie lisa lucas lucia luis luisa lukas madison manuel manuela marcel marcelo marco
marcus mariana marie marina marion mark markus marta martin mary mateus matheus mathias matt matthew matthias max maximilian
megan melanie melissa mia michaela miguel mike miriam mohamed monica monika moritz nadine natalia natalie natasha nathan
nicholas nick nico nicolas nikita nina oliver olivia oscar pamela patricia patrick paul paula paulo pedro peter petra philip
philipp rachel rafael rebecca renate ricardo richard robert roberto rodrigo roger ronald ronaldo ronaldinho messi neymar
rosa ruth ryan sabine sabrina sam samantha samuel sandra sara sarah scott sean sebastian silke silva silvia simon simone
sofia sophia sophie stefan stefanie stephan stephanie stephen steve steven susan susanne svenja tania tanja tatiana taylor
teresa theo tiago tim tina tobias tom tomas tyler ulrich ursula valentina vanessa veronica victor victoria viktor vincent
vitoria volker walter werner william wolfgang yvonne jackson johnson smith miller jones muller schmidt schneider fischer
weber meyer wagner becker schulz hoffmann santos oliveira souza ferreira pereira costa rodrigues almeida
schatz schatzi mausi hase hasi engel prinz prinzessin sonne mond stern sterne blume katze hund pferd maus baer lowe adler
ihr meine deine dich mich bin bist liebt liebe liebst immer nie nur oder eine vergiss nicht
sommer winter wasser feuer erde luft haus garten auto katzen hunde pferde familie mutter vater mama papa oma opa kinder
glueck gluck leben traum welt gott frieden freiheit passwoerter kennwort zugang anmelden bitte danke guten morgen abend
seu sua voce vida deus cristo fiel linda lindo gostosa princesa rainha rei bebe mae pai filho filha
irmao irmaos familia casa amigo amigos amizade saudade felicidade feliz paz sorte sol lua estrela mar gato gata cachorro
estrelinha borboleta flor bonita gatinha menina menino brasileiro vitoria sucesso dinheiro acesso teste usuario
quiero corazon bonito hola contrasena usuario siempre princesita chocolate
energy energie energia power strom stromzaehler zaehler meter solar photovoltaik wind grid watt kilowatt volt ampere joule
gateway host monitor monitoring sensor modbus smart smartmeter electric electricity electricidade eletricidade electro elektro
chocolate cookie cookies candy sugar coffee pizza burger banana apple cherry strawberry peach lemon melon mango coconut
vanilla cheese butter peanut cheeseburger beer vodka whiskey tequila smoke weed ganja marley bob reggae
secure security secret private personal temp temporary example sample default standard guest public master access enter
open close start stop begin end go come get give make take keep let leave alone want need see know think feel say tell
stay away back up down out off over under into inside outside left right first last next number winner loser rich poor
just like because without please thanks thank sorry hello hey hi bye goodbye welcome friend friends bestfriend girlfriend
boyfriend husband wife brother sister mom mommy dad daddy grandma grandpa mama papa uncle aunt son daughter twins
christ lord savior bless blessed blessing faith hope grace pray prayer church bible gospel trust believe amen allah buddha
monster monsters skull bones zombie vampire twilight edward bella cullen jacob werewolf dracula batman joker robin catwoman
simpson homer bart simpsons scooby doo mickey mouse donald daffy bugs tweety snoopy garfield pooh winnie tigger barbie
disney cinderella ariel nemo shrek smurf sponge bob spongebob patrick elmo kermit muppet looney tunes jerry
soldier army navy marine marines airforce police fireman sniper gunner shooter bullet gun guns pistol weapon sword blade
death metal black sabbath iron maiden led zeppelin pink floyd green day blink sum system down korn tool disturbed
one piece bleach inuyasha death note sailor evangelion gundam akira anime manga otaku
sex porn pussy dick cock tits boobs ass butt horny lesbian gay slut whore naked nude hardcore playboy penis vagina bastard
bullshit shit damn crap sucks suck eat lick kick boom bang boss gangster gangsta thug pimp player playa hustler money cash
dollar dollars euro million billion lottery casino poker ace jackpot lucky seven
spirit soul ghost rider knight rider night dark knight star trek voyager enterprise galaxy universe space rocket alien ufo
delta alpha beta gamma omega sigma theta zulu bravo charlie foxtrot echo tango romeo juliet victor whiskey yankee
north south east west northern southern eastern western island beach surf surfer skate skater board snowboard sailing
diving fishing hunting camping hiking running runner cycling swim swimmer gym fitness yoga karate judo kungfu taekwondo
diamond ruby emerald sapphire crystal pearl topaz amber jade platinum titanium copper steel iron bronze nickel
lavigne spears presley lennon cobain kennedy einstein newton eastwood bauer stewart roberts clinton bush obama trump putin
hitler stalin caesar napoleon gates jobs holmes sherlock watson ripper builder rolling stone stones stoned kenobi obi wan luke
solo chewbacca optimus prime megatron zerg terran protoss craft world universe planet show tell born run walk jump fly
ghbdtn gfhjkm ghjcnj yfnfif vfhbyf fktrcfylh dkflbvbh vfrcbv bltynb cjkysirj rfnthbyf yfcntyf gjkbyf vfvf gfgf
happy new year years birthday christmas easter halloween holiday holidays weekend party beach boys club school friends
bean beans bread milk salt pepper honey chicken wings burger king fries soup salad tomato potato onion garlic
phantom raven dragonfly scorpion viper python jaguar cheetah leopard puma lynx stallion pony bronco colt maverick
genius geek nerd rebel outlaw pirate pirates samurai shogun viking spartan gladiator titan zeus apollo athena hercules
`);

/** Long words and names that people take alone, since they are long enough: each stands for 14 bits. */
export const longWords = listOf(`
acceleration accommodation accomplishment achievement acknowledgement administration administrative administrador
advertisement advertising affectionate agricultural alliteration alphabetical alphanumeric ambidextrous ambassador
anniversary annihilation announcement anthropology anticipation antarctica apocalypse appearance application applications
appreciation apprentice appropriate architect architecture argentinien armageddon arrangement assassination assassins
assistance association astronaut astronomy atmosphere australia authentication authority authorization autobiography
availability babylon background backstreet badminton bartholomew basketballer battlefield battleground bicycle
biochemistry biography biological birthday bloodthirsty bodybuilder bodybuilding boogiewoogie breakthrough broadcasting
brokenhearted brontosaurus buenaventura bundeskanzler bundesliga bundesrepublik businessman butterfinger butterflies
butterscotch calculator californication candlelight capitalization cardinals caterpillar catastrophe celebration celebrity
certificate certification challenger champagne champion champions championship characteristic charlemagne cheerleader
cheerleading chemistry chesterfield christmas chrysanthemum cinnamon circumstance civilization classification
cleopatra collaboration combination comfortable commander commercial commissioner commitment commonwealth communication
communications communicator community companion comparison competition complicated composition comprehension
computerized concentration condemnation conditional conference confidence confidential configuration confirmation
confrontation confusion congratulation congratulations connection connecticut conquistador consciousness conservation
conservative consideration consolidated consolidation constantine constantinople constellation constipation constitution
construction consultant contemporary continental contradiction contribution conversation cooperation coordinator
copenhagen corporation cosmopolitan counterpoint counterstrike creativity crocodile crosscountry
declaration decoration dedication degeneration democracy demonstration department desperado destination destruction
determination development dictionary difference differential difficult dinosaur disappointed disappointment disconnected
discovery discrimination disneyland disneyworld distribution dodecahedron documentation doppelganger dragonslayer
dragonmaster dreamcatcher dreamweaver earthquake economics education educational effectiveness electrician electronic
electronics elementary emancipation emergency employment encyclopedia engineering englishman enlightenment entertainment
enthusiasm entrepreneur environment environmental establishment eternity evolution examination excalibur excellence
excellent exceptional excitement executive exhibition experience experiment experimental explanation exploration
explorer explosion expression extension exterminator extraordinary extravaganza extreme
faithfulness fantastic fascination fernsehturm fiddlesticks fingerprint firefighter fitzgerald flamethrower flexibility
foundation fountainhead frankenstein frankfurt friendship fundamental geburtstag generation geography gladiator
globetrotter goodfellas government graduation grandchildren grandfather grandmother grasshopper gratefuldead greenlantern
guardian hairdresser hakunamatata hallelujah hallucination hamburger handkerchief handicapped happiness hardworking
hastalavista headquarters heartbreak heartbreaker helicopter hemisphere hermaphrodite hippopotamus historical hollywood
homecoming homeworld honeymoon horizontal hospitality housekeeping housewife hummingbird hypothalamus hypothesis
identification illumination illustration imagination immigration immortality immortal imperial importance impossible
incomparable incorporated incredible independence independencia independent independiente indestructible indianajones
indianapolis indifference individual industrial infiltration infinite infinity inflammable information infrastructure
ingodwetrust inheritance initiative innovation inspiration installation institution instruction instructions instructor
instrumental insurance insurrection intellectual intelligence intelligent interaction interactive intercontinental
interesting interface intermediate intermission internacional international internazionale interpretation intersection
interstellar intervention intoxication introduction investigation investigator investment invisible invulnerable
irreplaceable irresistible jacksonville johannesburg journalist journey jurisdiction justification kaleidoscope
kartoffelsalat kaiserslautern kindergarten kingdomhearts kleptomaniac knowledge krankenhaus laboratory lamborghini
lawrence leadership legendary leverkusen liberation librarian lieutenant lighthouse lightning literature location
luxembourg mademoiselle magnificent maintenance manchester manifestation manipulation manufacturer manufacturing
marathon marketing marshmallow massachusetts massimiliano mastercard masturbation mathematics maximum mechanical mechanic
mediterranean megalomaniac melbourne membership memories mephistopheles merrychristmas metamorphosis metropolitan
michelangelo microbiology microphone microscope millennium millionaire ministry minnesota miscellaneous misericordia
mississippi misunderstood mitochondria modification monalisa montgomery moonlight moonlighting morgenstern mortification
mortalkombat motherfucker motivation motorcycle mountainbike multimedia multiplication multinational
nachtigall napoleon nationality navigation navigator nebuchadnezzar necessary necromancer necronomicon negotiation
neighborhood netherlands nevermind nevertheless newfoundland newhampshire newzealand nightcrawler nightingale nightmare
nightstalker nightwish nonsense northcarolina northeastern northwestern nostradamus nostalgia notebook
observation obsession oceanography oesterreich onomatopoeia operation opportunity optimization orchestra organization
organisation oscillator osterreich outstanding overwhelming palmeirense paradise parliament participant participation
particular passionate pennsylvania peppermint perception percussion perfection perfectionist performance permanent
permission perpendicular perseverance personality perspective phantasmagoria pharmaceutical pharmacology pharmacist
phenomenal phenomenon philadelphia philosopher philosophy photographer photographic photography photosynthesis photoshop
physiotherapy pineapple planetarium playground pneumonia political politician popcorn population possibility potatoes
powerful preparation prehistoric presentation president presidential prestigious principal priority privilege probability
procrastination production professional professor profitability programmer programming promised promotion pronunciation
property prosperity protection providence provision psychiatrist psychedelic psychologist psychology psychosocial
publication pumpernickel pumpkin puppetmaster purgatory quality quarantine quarterback quartermaster questionable
quintessence rachmaninoff radiation radioactive rainbow reality recognition recommendation recreation recycling
reflection refrigerator regeneration registration rehabilitation reincarnation relationship relationships relativity
religion remarkable remember reminiscence renaissance reputation requirement research reservation residence residentevil
resistance resolution respectful responsibility responsible restaurant restoration resurrection retribution retirement
revelation revolution revolutionary rhinoceros riddler rollercoaster romantic rumpelstiltskin
sagittarius sandwich sanfrancisco santabarbara satisfaction saxophone scandinavia scandinavian scarecrow
scatterbrain schedule schizophrenia schmetterling schneewittchen schokolade scholarship schornsteinfeger schwarzenegger
schwarzwald schweinsteiger schweinehund science scientific scientist scientology scorpions screenwriter secretary
seinfeld sensation sensitive separation september serenity serendipity sesamestreet shakespeare shapeshifter sharpshooter
shenanigans shootingstar significant silhouette silmarillion silverado simulation skateboard skateboarding skyscraper
slaughterhouse sledgehammer snowboarding snowflake solidarity solution something sommerferien sommerzeit sonnenblume
sonnenschein sophisticated southampton southeastern southwestern spaceship spaghetti specialist spectacular spectrum
spiderman spirituality splendid sportsman springfield stalingrad stewardess stormbringer stormtrooper straightedge
strategic stradivarius stratocaster stratosphere strawberries streetfighter streetwalker structure submarine subscription
subterranean success successful successfully supercharged supercharger superintendent superior supernatural supernova
superstar superstition superwoman surveillance sustainable swashbuckler sweetheart switzerland swordfish symphony
synchronize synthesizer systemofadown tchaikovsky technical technician technologies technologist technology
telecommunication telefonica telephone television temptation tennessee tequila terminator terrorist testosterone
thanksgiving themselves therapist thermodynamics thermometer thoroughbred thousand thunderbird thunderbirds thunderbolt
thundercats thundercloud thunderstorm thunderstruck timberwolves together tournament traditional tranquility tranquillity
transcendent transfer transformation transformer transformers transition translation transmission transparent
transportation transylvania travelling treasure triangle trigonometry triumphant troublemaker trustworthy turquoise
unbelievable unconditional underground understanding understand undertaker unfaithful unforgettable unforgiven
unfortunately unhappiness unidentified unification uniform unimportant unitedstates universal universidade universitario
universitat university unpredictable unregistered unrestricted untouchable untouchables vacation valentine valedictorian
vancouver vegetable vegetarian velociraptor vengeance verification vergissmeinnicht vertical veterinarian veterinary
victorious violence visionary vocabulary volkswagen volleyball volunteer vulnerability walkingdead wallpaper washington
waterfall watermelon wednesday weihnachten weihnachtsbaum weihnachtsmann weisswurst wellington werdohl westminster
westvirginia wheelchair whirlwind wilderness williamsburg windsurfing winchester wisconsin withdrawal wolfsburg wonderful
wonderland wonderwall woodstock workshop worldwide wrestlemania wrestling yellowstone yesterday zimbabwe
`);

/** Rows of keys, along and across, as hands go over them. Each run of three or more stands for 7 bits, in either direction. */
export const keyRows = Object.freeze([
  '1234567890',
  'qwertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  'qwertzuiop',
  'yxcvbnm',
  'azertyuiop',
  'qsdfghjklm',
  'wxcvbn',
  'qazwsxedcrfvtgbyhnujmikolp',
  'qayxswedcvfrtgbnhzujm',
  'zaqxswcdevfrbgtnhymjukilop',
  'zaqwsxcderfvbgtyhnmjuiklop',
  'qweasdzxc',
  'qwaszxerdfcv',
  'qweasdyxc',
  '1q2w3e4r5t6y7u8i9o0p',
  'q1w2e3r4t5y6u7i8o9p0',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p',
  '1qazxsw23edcvfr45tgbnhy67ujm',
  'zaq12wsxcde34rfvbgt56yhnmju78ik',
  '1a2s3d4f5g6h7j8k9l',
  'a1s2d3f4g5h6j7k8l9',
  'z1x2c3v4b5n6m7',
  '1z2x3c4v5b6n7m',
  '1qa2ws3ed4rf5tg6yh7uj8ik',
  '159753',
  '147258369',
  '741852963',
  '123654',
  '14789632',
]);
