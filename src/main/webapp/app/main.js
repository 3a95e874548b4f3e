import { resume } from './context.js';
import './mm-app.js';

resume();
