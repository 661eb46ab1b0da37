DROP TABLE platform_states;
