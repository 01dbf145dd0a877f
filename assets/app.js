// Every page's script: htmx, configured by the <meta name="htmx-config"> of the layout.
import htmx from "htmx.org";

window.htmx = htmx;
