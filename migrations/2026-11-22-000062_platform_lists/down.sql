DROP TABLE platform_lists;
