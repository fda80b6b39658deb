// Entry point of the dashboard: the shell brings its pages along; charts come when a page first draws one.
import './app.css';
import './shell.js';
