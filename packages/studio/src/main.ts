import { mount } from "svelte";
import App from "./app/App.svelte";
import "virtual:palette.css";
import "./style/tokens.css";
import "./style/base.css";

mount(App, { target: document.getElementById("app")! });
