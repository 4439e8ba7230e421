import { startTheme } from './theme.ts';
import './tokens.css';
import './views/jg-app.ts';

startTheme();
