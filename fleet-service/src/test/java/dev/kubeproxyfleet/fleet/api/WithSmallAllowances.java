package dev.kubeproxyfleet.fleet.api;

import java.util.HashMap;
import java.util.Map;

/** {@link WithLogin}, where one caller may do little, and all together not much more. */
public class WithSmallAllowances extends WithLogin {

    static final int STREAMS = 2;

    @Override
    public Map<String, String> getConfigOverrides() {
        Map<String, String> settings = new HashMap<>(super.getConfigOverrides());
        settings.put("kpfleet.api.max-waiting-requests", "2");
        settings.put("kpfleet.api.max-changes-per-caller", "1");
        settings.put("kpfleet.api.max-subscribers", Integer.toString(STREAMS + 1));
        settings.put("kpfleet.api.max-subscribers-per-caller", Integer.toString(STREAMS));
        settings.put("kpfleet.api.answer-timeout", "PT10S");
        return settings;
    }
}
